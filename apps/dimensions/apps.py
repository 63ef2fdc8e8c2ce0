from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DimensionsConfig(AppConfig):
    name = "apps.dimensions"
    verbose_name = _("Attributes and dimensions")

    def ready(self) -> None:
        from apps.dimensions import portable
        from apps.dimensions.consequences import register
        from apps.dimensions.selectors import who_requires

        register(who_requires)
        portable.declare()
