from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigurationConfig(AppConfig):
    name = "apps.configuration"
    verbose_name = _("Sage Intacct")

    def ready(self) -> None:
        from apps.configuration import checklist, portable, set_up_checks
        from apps.configuration.consequences import ledger_postings_stop
        from apps.options.consequences import register
        from apps.options.models import OptionCode

        register(OptionCode.SAGE_INTACCT, ledger_postings_stop)
        checklist.register("option", set_up_checks.option)
        checklist.register("configuration", set_up_checks.configured)
        checklist.register("sign_in", set_up_checks.sign_in)
        checklist.register("sender", set_up_checks.sender)
        checklist.register("top_level", set_up_checks.top_level)
        checklist.register("entities", set_up_checks.entities)
        checklist.register("audit_trail", set_up_checks.audit_trail)
        portable.declare()
