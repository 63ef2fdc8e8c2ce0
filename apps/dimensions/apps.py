from django.apps import AppConfig


class DimensionsConfig(AppConfig):
    name = "apps.dimensions"
    verbose_name = "Attributes and dimensions"

    def ready(self) -> None:
        from apps.dimensions import portable
        from apps.dimensions.consequences import register
        from apps.dimensions.selectors import who_requires

        register(who_requires)
        portable.declare()
