from django.apps import AppConfig


class MasterDataConfig(AppConfig):
    name = "apps.masterdata"
    verbose_name = "Finance"

    def ready(self) -> None:
        from apps.masterdata import portable

        portable.declare()
