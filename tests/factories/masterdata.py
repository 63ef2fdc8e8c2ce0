"""Accounts and journals as a synchronisation leaves them."""

import factory
from django.utils import timezone

from apps.masterdata.models import Account, Journal


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account
        django_get_or_create = ("number",)

    number = "4000"
    name = "Sales of goods"
    synchronised_at = factory.LazyFunction(timezone.now)


class JournalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Journal
        django_get_or_create = ("symbol",)

    symbol = "SJ"
    name = "Sales journal"
    synchronised_at = factory.LazyFunction(timezone.now)
