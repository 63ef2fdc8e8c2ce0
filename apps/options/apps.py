from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OptionsConfig(AppConfig):
    name = "apps.options"
    verbose_name = _("Options management")

    def ready(self) -> None:
        from apps.options import portable

        portable.declare()
