"""Option switches (guide, "Activate Sage Intacct integration"): what is switched off is off everywhere."""

from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow


class OptionCode(models.TextChoices):
    """The options that the portal knows; each is asked for by its code."""

    SAGE_INTACCT = "sage_intacct", _("Sage Intacct")


class OptionGroup(models.TextChoices):
    FINANCE_INTEGRATIONS = "finance_integrations", _("Finance integrations")


class OptionQuerySet(models.QuerySet["Option", "Option"]):
    def is_on(self, code: OptionCode) -> bool:
        """Whether the option is active. One that was never loaded is off."""
        return self.filter(code=code, is_active=True).exists()

    def switched_on(self, code: OptionCode) -> Exists:
        """The same as a condition, for queries that join the switch instead of being told of it."""
        return Exists(self.filter(code=code, is_active=True))


class Option(DeliveredRow):
    """One option of a group with its *Active* switch. Delivered off; moved by `services.switching.switch` only."""

    code = models.CharField(_("code"), max_length=40, unique=True, choices=OptionCode)
    group = models.CharField(_("group"), max_length=40, choices=OptionGroup)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("what it is for"), max_length=400)
    configuration_page = models.CharField(_("configuration page"), max_length=120, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=False)

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options management")
        ordering = ["group", "code"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(name="options_option_code_known", condition=Q(code__in=OptionCode.values)),
            models.CheckConstraint(name="options_option_group_known", condition=Q(group__in=OptionGroup.values)),
        ]

    def __str__(self) -> str:
        return self.name
