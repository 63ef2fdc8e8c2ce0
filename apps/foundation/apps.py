from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from apps.foundation.paths import IdConverter


class FoundationConfig(AppConfig):
    name = "apps.foundation"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        from apps.foundation import lookups, openapi  # noqa: F401  they register themselves

        register_converter(IdConverter, "id")
