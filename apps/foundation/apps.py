from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "apps.foundation"
    verbose_name = "Audit trail"

    def ready(self) -> None:
        from apps.foundation import lookups  # noqa: F401  registers itself
