from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MasterDataConfig(AppConfig):
    name = "apps.masterdata"
    verbose_name = _("Finance")

    def ready(self) -> None:
        from apps.masterdata import portable

        portable.declare()
