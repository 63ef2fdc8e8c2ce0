from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MappingConfig(AppConfig):
    name = "apps.mapping"
    verbose_name = _("Mapping")

    def ready(self) -> None:
        from apps.configuration import checklist, test_steps
        from apps.mapping import portable
        from apps.mapping.services.imported_package import ask_imported
        from apps.mapping.set_up_checks import package_downloaded, package_imported

        checklist.register("package_downloaded", package_downloaded)
        checklist.register("package_imported", package_imported)
        test_steps.register(ask_imported)
        portable.declare()
