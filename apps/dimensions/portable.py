"""What of attributes and dimensions is carried with the set-up: types, requirements, defaults; never values."""

from django.core.exceptions import ValidationError

from apps.dimensions.models import AttributeType, CompanyRequirement, DefaultDimension, DimensionType
from apps.foundation.portable import Portable, register


def _stays_linked(row: DimensionType, is_new: bool) -> str:
    """The page's rules: locked ones stay as they are, and a type that is linked stays linked."""
    if is_new:
        return ""
    stored = DimensionType.objects.get(pk=row.pk)
    if stored.is_locked:
        return "It comes with Sage Intacct and stays as it is."
    if stored.intacct_object and stored.intacct_object != row.intacct_object:
        raise ValidationError(f"{stored} is linked to {stored.intacct_object} here.")
    return ""


def declare() -> None:
    register(
        Portable(
            section="attribute_types",
            label="Attribute type",
            order=76,
            model=AttributeType,
            kind="attribute_type",
            natural_key=("code",),
            fields=("is_active",),
            is_created=False,
            without=("delivered_fingerprint",),
        ),
        Portable(
            section="dimension_types",
            label="Dimension type",
            order=77,
            model=DimensionType,
            kind="dimension_type",
            natural_key=("code",),
            fields=("name", "slot", "intacct_object", "is_active"),
            rule=_stays_linked,
            without=("delivered_fingerprint",),
        ),
        Portable(
            section="company_requirements",
            label="Analytical requirement of a company",
            order=78,
            model=CompanyRequirement,
            kind="company_requirement",
            natural_key=("company", "dimension_type", "attribute_type"),
            fields=("is_required",),
            references={"company": "code", "dimension_type": "code", "attribute_type": "code"},
        ),
        Portable(
            section="default_dimensions",
            label="Default dimension",
            order=79,
            model=DefaultDimension,
            kind="default_dimension",
            natural_key=("source", "key", "dimension_type", "attribute_type"),
            fields=("value",),
            references={"dimension_type": "code", "attribute_type": "code"},
        ),
    )
