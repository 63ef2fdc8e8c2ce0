"""Attribute and dimension types as delivered, and values as a synchronisation leaves them."""

import factory
from django.utils import timezone

from apps.dimensions.models import Attribute, CompanyRequirement, DefaultDimension, Dimension, DimensionType


class DimensionTypeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DimensionType
        django_get_or_create = ("code",)

    code = "line_of_business"
    name = factory.LazyAttribute(lambda made: made.code.replace("_", " ").capitalize())
    slot = 3
    intacct_object = factory.LazyAttribute(lambda made: made.code.upper())


class DimensionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dimension
        django_get_or_create = ("type_id", "code")

    type_id = "department"
    code = "SALES"
    name = "Sales"
    synchronised_at = factory.LazyFunction(timezone.now)


class AttributeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attribute
        django_get_or_create = ("type_id", "key")

    type_id = "project"
    code = "PRJ-1"
    key = factory.LazyAttribute(lambda made: f"{made.project} › {made.code}" if made.project else made.code)
    project = ""
    name = "Lock 12 refit"
    synchronised_at = factory.LazyFunction(timezone.now)


class CompanyRequirementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CompanyRequirement


class DefaultDimensionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DefaultDimension

    source = "item"
    key = "ITEM-1"
    value = "ADMIN"
