"""Charts of accounts and entities."""

import factory
from django.utils import timezone

from apps.masterdata.models import Entity
from apps.organisation.models import ChartOfAccounts
from tests.factories.organisation import LegislationFactory


class ChartOfAccountsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChartOfAccounts
        django_get_or_create = ("code",)

    code = factory.LazyAttribute(lambda chart: f"{chart.legislation.code}_CHART")
    name = "A chart"
    legislation = factory.SubFactory(LegislationFactory)


class EntityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entity
        django_get_or_create = ("code",)

    code = "100"
    name = "Northfield US"
    currency = "USD"
    synchronised_at = factory.LazyFunction(timezone.now)
