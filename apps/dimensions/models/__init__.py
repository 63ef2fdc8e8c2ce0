from apps.dimensions.models.attribute import Attribute
from apps.dimensions.models.attribute_type import AttributeCode, AttributeType, StandsFor
from apps.dimensions.models.company_requirement import CompanyRequirement
from apps.dimensions.models.default_dimension import DefaultDimension, DefaultOf
from apps.dimensions.models.dimension import Dimension
from apps.dimensions.models.dimension_type import SLOTS, DimensionType

__all__ = [
    "SLOTS",
    "Attribute",
    "AttributeCode",
    "AttributeType",
    "CompanyRequirement",
    "DefaultDimension",
    "DefaultOf",
    "Dimension",
    "DimensionType",
    "StandsFor",
]
