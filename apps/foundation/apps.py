from django.apps import AppConfig
from django.urls import register_converter

from apps.foundation.paths import IdConverter


class FoundationConfig(AppConfig):
    name = "apps.foundation"
    verbose_name = "Audit trail"

    def ready(self) -> None:
        from apps.foundation import lookups, openapi  # noqa: F401  they register themselves

        register_converter(IdConverter, "id")
