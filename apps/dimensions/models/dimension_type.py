"""Dimension types: Department, Channel, and those that a company defines (guide, "Dimensions and dimension types")."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow

SLOTS = 20
"""Document properties *dimension 01* to *dimension 20*: what is beyond has no predefined integration (guide)."""

LOCATION = "LOCATION"
"""The one standard dimension that a type of a company's own can be linked to."""

NOT_LINKED = (
    "PROJECT", "EMPLOYEE", "TASK", "CUSTOMER", "VENDOR", "ITEM", "LOCATIONENTITY", "COSTTYPE", "CONTRACT", "WAREHOUSE",
)  # fmt: skip
"""Standard dimensions that lines carry as attributes, or that nothing here stands for."""

CODE = RegexValidator(r"\A[a-z][a-z0-9_]*\Z", _("Small letters, digits and underscore; a letter first."))
OBJECT = RegexValidator(r"\A[A-Z][A-Z0-9_]*\Z", _("Capital letters, digits and underscore, as Sage Intacct has it."))


class DimensionType(DeliveredRow):
    """A type of dimension: a record of the portal that names the Intacct object whose records become its values.

    Without a slot it is one of those beyond 20: it can be defined, and is never sent with journals or documents.
    """

    code = models.CharField(
        _("ID"), max_length=40, primary_key=True, validators=[CODE], help_text=_("As documents name it.")
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    slot = models.PositiveSmallIntegerField(
        _("document property"), null=True, blank=True, unique=True, help_text=_("Empty: beyond 20, not sent.")
    )
    # Unique or absent: two types of one object would fight for its values.
    intacct_object = models.CharField(
        _("Sage Intacct dimension"),
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        validators=[OBJECT],
        help_text=_("The integration name, as Sage Intacct lists it. Empty: not linked, not sent."),
    )
    account_flag = models.CharField(
        max_length=80,
        blank=True,
        editable=False,
        help_text=_("The field of an Intacct account that says whether it requires this dimension."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_locked = models.BooleanField(_("locked"), default=False, editable=False)

    class Meta:
        verbose_name = _("dimension type")
        verbose_name_plural = _("dimension types")
        ordering = [models.F("slot").asc(nulls_last=True), "code"]
        constraints = [
            models.CheckConstraint(
                name="dimensions_slot_of_twenty", condition=Q(slot__isnull=True) | Q(slot__gte=1, slot__lte=SLOTS)
            ),
            models.CheckConstraint(
                name="dimensions_object_named_or_absent",
                condition=Q(intacct_object__isnull=True) | ~Q(intacct_object=""),
            ),
            models.CheckConstraint(
                name="dimensions_not_an_attribute",
                condition=Q(intacct_object__isnull=True) | ~Q(intacct_object__in=NOT_LINKED),
                violation_error_message=_(
                    "Lines carry this dimension as an attribute, or not at all. Link Location, or a user-defined one."
                ),
            ),
            models.CheckConstraint(
                name="dimensions_locked_is_sent",
                condition=Q(is_locked=False)
                | Q(is_active=True, slot__isnull=False, intacct_object__in=("DEPARTMENT", "CLASS")),
                violation_error_message=_("Department and Channel can't be changed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sent(self) -> bool:
        """Whether its values go with journals and documents."""
        return self.is_active and self.slot is not None and bool(self.intacct_object)

    @property
    def is_user_defined(self) -> bool:
        """Whether it is linked to a dimension that the Intacct company defined: written as `GLDIM…`."""
        return self.is_own and self.intacct_object != LOCATION

    @property
    def is_own(self) -> bool:
        """Whether the company linked it: not Department or Channel, which the delivered maps name."""
        return bool(self.intacct_object) and not self.is_locked
