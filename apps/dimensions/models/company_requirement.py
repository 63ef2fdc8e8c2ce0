"""Analytical settings of a company: types that each line of its documents must name, whatever the account."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.dimensions.models.attribute_type import AttributeType
from apps.dimensions.models.dimension_type import DimensionType
from apps.organisation.models import Company


class CompanyRequirement(models.Model):
    """A company and a type (DMO's `CompanyDimensionType.isRequired`; dmo-facts 4.6)."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    dimension_type = models.ForeignKey(
        DimensionType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("dimension type")
    )
    attribute_type = models.ForeignKey(
        AttributeType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("attribute type")
    )
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("analytical requirement of a company")
        verbose_name_plural = _("analytical requirements of companies")
        ordering = ["company", "dimension_type", "attribute_type"]
        constraints = [
            models.CheckConstraint(
                name="dimensions_requirement_of_one_type",
                condition=Q(dimension_type__isnull=False, attribute_type__isnull=True)
                | Q(dimension_type__isnull=True, attribute_type__isnull=False),
                violation_error_message=_("Choose a dimension type or an attribute type, not both."),
            ),
            models.UniqueConstraint(
                fields=["company", "dimension_type"],
                condition=Q(dimension_type__isnull=False),
                name="dimensions_requirement_dimension_once",
            ),
            models.UniqueConstraint(
                fields=["company", "attribute_type"],
                condition=Q(attribute_type__isnull=False),
                name="dimensions_requirement_attribute_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.dimension_type or self.attribute_type}"
