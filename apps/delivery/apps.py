from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "apps.delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        from apps.configuration import level_change
        from apps.delivery.consequences import deliveries_wait, not_posted_of
        from apps.options import consequences
        from apps.options.models import OptionCode

        consequences.register(OptionCode.SAGE_INTACCT, deliveries_wait)
        level_change.register(not_posted_of)
