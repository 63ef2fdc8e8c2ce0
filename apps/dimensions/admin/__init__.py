from apps.dimensions.admin.defaults import DefaultDimensionAdmin
from apps.dimensions.admin.types import AttributeTypeAdmin, CompanyRequirementAdmin, DimensionTypeAdmin
from apps.dimensions.admin.values import AttributeAdmin, DimensionAdmin

__all__ = [
    "AttributeAdmin",
    "AttributeTypeAdmin",
    "CompanyRequirementAdmin",
    "DefaultDimensionAdmin",
    "DimensionAdmin",
    "DimensionTypeAdmin",
]
