from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "apps.delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from apps.delivery.consequences import deliveries_wait, records_wait
        from apps.options import consequences
        from apps.options.models import OptionCode

        consequences.register(OptionCode.SAGE_INTACCT, deliveries_wait)
        consequences.register(OptionCode.SAGE_INTACCT, records_wait)
