"""The project as an app: its commands, its admin site, its checks."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "integration_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from apps.foundation import wording
        from integration_portal import checks  # noqa: F401  registers the system checks
        from integration_portal.sentences import all_sentences

        wording.register(all_sentences())


class PortalAdminConfig(AdminConfig):
    default_site = "integration_portal.admin_site.PortalAdminSite"
