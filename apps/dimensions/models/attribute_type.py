"""Attribute types: what every line of a document is analysed by while they are active (guide, "Attributes")."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow


class AttributeCode(models.TextChoices):
    """The delivered types; no other can be made (guide: "You do not need to define attributes")."""

    BUSINESS_SITE = "business_site", _("Business site")
    CUSTOMER = "customer", _("Customer")
    EMPLOYEE = "employee", _("Employee")
    FINANCIAL_SITE = "financial_site", _("Financial site")
    ITEM = "item", _("Item")
    MANUFACTURING_SITE = "manufacturing_site", _("Manufacturing site")
    PROJECT = "project", _("Project")
    STOCK_SITE = "stock_site", _("Stock site")
    SUPPLIER = "supplier", _("Supplier")
    TASK = "task", _("Task")


class StandsFor(models.TextChoices):
    """The kind of record whose ID a value is. Only `VALUE` is chosen by a person; the rest fill themselves."""

    SITE = "site", _("Site")
    ITEM = "item", _("Item")
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")
    VALUE = "value", _("Value from Sage Intacct")


class AttributeType(DeliveredRow):
    """A type of attribute. Delivered; all that can be changed is whether it is active."""

    code = models.CharField(_("ID"), max_length=24, primary_key=True, choices=AttributeCode)
    name = models.CharField(_("name"), max_length=60)
    stands_for = models.CharField(_("stands for"), max_length=12, choices=StandsFor)
    restricted_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("restricted to"),
        help_text=_("A value names its value of this type: a task its project."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("attribute type")
        verbose_name_plural = _("attribute types")
        ordering = ["code"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="dimensions_attribute_type_known",
                condition=Q(code__in=AttributeCode.values, stands_for__in=StandsFor.values),
            ),
            models.CheckConstraint(
                name="dimensions_attribute_type_not_restricted_to_itself",
                condition=Q(restricted_to__isnull=True) | ~Q(restricted_to=F("code")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
