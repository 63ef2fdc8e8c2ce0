from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "apps.foundation"
    verbose_name = "Audit trail"
