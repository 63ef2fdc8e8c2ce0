from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from apps.notifications.posting_moments import what_webhooks_were_told
        from apps.postings import moments

        moments.register(what_webhooks_were_told)
