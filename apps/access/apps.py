from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "apps.access"
    verbose_name = "Access"

    def ready(self) -> None:
        from apps.access import openapi  # noqa: F401  tells the OpenAPI document how clients sign in
