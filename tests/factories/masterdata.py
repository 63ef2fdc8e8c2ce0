"""Accounts and journals as a synchronisation leaves them; items, customers and suppliers as they are kept here."""

import factory
from django.utils import timezone

from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.masterdata.models import Account, Customer, Item, Journal, PaymentTerm, Supplier, TaxDetail, TermLedger


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


class PaymentTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PaymentTerm
        django_get_or_create = ("ledger", "code")

    ledger = TermLedger.AR
    code = "NET30"
    name = "30 days"
    due_days = 30
    synchronised_at = factory.LazyFunction(timezone.now)


class TaxDetailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TaxDetail
        django_get_or_create = ("code",)

    code = "US-NY-8.875"
    name = "New York"
    synchronised_at = factory.LazyFunction(timezone.now)


def reverse_charge(code: str = "GB-RC", rate: str = "20") -> TaxDetail:
    """Both halves of a reverse charge; the one that documents name is returned."""
    shared = {"tax_type": "purchase", "tax_solution": "United Kingdom - VAT", "is_reverse_charge": True}
    TaxDetailFactory(code=f"{code}-OUT", rate=f"-{rate}", account="2210", **shared)
    return TaxDetailFactory(code=f"{code}-IN", rate=rate, account="1400", **shared)


class IntegrationStateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = IntegrationState

    node = "payment_term"
    object_name = "ARTERM"
    key = "NET30"
    status = IntegrationStatus.SUCCESS
    record_no = "1"
    updated_at = factory.LazyFunction(timezone.now)


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item
        django_get_or_create = ("code",)

    code = "PUMP-1"
    name = "Pump"


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer
        django_get_or_create = ("code",)

    code = "C-1"
    name = "Customer one"


class SupplierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier
        django_get_or_create = ("code",)

    code = "S-1"
    name = "Supplier one"
