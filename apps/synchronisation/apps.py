from django.apps import AppConfig


class SynchronisationConfig(AppConfig):
    name = "apps.synchronisation"
    verbose_name = "Synchronisation"

    def ready(self) -> None:
        from apps.configuration import checklist
        from apps.synchronisation.set_up_checks import financial_data

        checklist.register("financial_data", financial_data)
