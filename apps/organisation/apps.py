from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "apps.organisation"
    verbose_name = "Organisation"

    def ready(self) -> None:
        from apps.organisation import portable

        portable.declare()
