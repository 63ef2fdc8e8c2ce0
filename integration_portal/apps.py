"""The project as an app: its commands, its admin site, its checks."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "integration_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from integration_portal import checks  # noqa: F401  registers the system checks


class PortalAdminConfig(AdminConfig):
    default_site = "integration_portal.admin_site.PortalAdminSite"
