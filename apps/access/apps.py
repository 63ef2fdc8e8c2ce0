from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "apps.access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from apps.access import openapi  # noqa: F401  tells the OpenAPI document how clients sign in
