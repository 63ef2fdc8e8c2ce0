from django.apps import AppConfig


class OptionsConfig(AppConfig):
    name = "apps.options"
    verbose_name = "Options management"

    def ready(self) -> None:
        from apps.options import portable

        portable.declare()
