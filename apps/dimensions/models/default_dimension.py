"""Default dimensions: what a line gets that names none, by company, site, item, customer or supplier."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.dimensions.models.attribute_type import AttributeType
from apps.dimensions.models.dimension_type import DimensionType


class DefaultOf(models.TextChoices):
    """Whose default it is. The order is the order of precedence: the nearest to the line wins (decision 0020)."""

    ITEM = "item", _("Item")
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")
    SITE = "site", _("Site")
    COMPANY = "company", _("Company")


class DefaultDimension(models.Model):
    """A value that lines get which name none of that type. Of attributes, only those that a person chooses."""

    source = models.CharField(_("of"), max_length=8, choices=DefaultOf)
    key = models.CharField(_("its ID"), max_length=60, help_text=_("The ID of the company, site, item, …"))
    dimension_type = models.ForeignKey(
        DimensionType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("dimension type")
    )
    attribute_type = models.ForeignKey(
        AttributeType,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("attribute type"),
        limit_choices_to={"stands_for": "value"},
    )
    value = models.CharField(_("value"), max_length=100)

    class Meta:
        verbose_name = _("default dimension")
        verbose_name_plural = _("default dimensions")
        ordering = ["source", "key", "id"]
        constraints = [
            models.CheckConstraint(name="dimensions_default_of_known", condition=Q(source__in=DefaultOf.values)),
            models.CheckConstraint(name="dimensions_default_says_something", condition=~Q(key="") & ~Q(value="")),
            models.CheckConstraint(
                name="dimensions_default_of_one_type",
                condition=Q(dimension_type__isnull=False, attribute_type__isnull=True)
                | Q(dimension_type__isnull=True, attribute_type__isnull=False),
                violation_error_message=_("Choose a dimension type or an attribute type, not both."),
            ),
            models.UniqueConstraint(
                fields=["source", "key", "dimension_type"],
                condition=Q(dimension_type__isnull=False),
                name="dimensions_default_dimension_once",
                violation_error_message=_("There is a default of this type already: change its value."),
            ),
            models.UniqueConstraint(
                fields=["source", "key", "attribute_type"],
                condition=Q(attribute_type__isnull=False),
                name="dimensions_default_attribute_once",
                violation_error_message=_("There is a default of this type already: change its value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.key}: {self.dimension_type or self.attribute_type} {self.value}"
