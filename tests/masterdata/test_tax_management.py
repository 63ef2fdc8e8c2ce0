"""Guide, "Tax management on accounts": Other by default, selectable for French and German charts only."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.foundation.audit import AuditEntry
from apps.masterdata.errors import TaxManagementFixed, UnknownTaxManagement
from apps.masterdata.models import Account, TaxManagement
from apps.masterdata.services.tax_management import choose_tax_management
from apps.organisation.models import ChartOfAccounts
from apps.organisation.services.delivered import load_organisation
from tests.factories.masterdata import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _delivered() -> None:
    load_organisation()


def account_in(chart: str | None) -> Account:
    account: Account = AccountFactory(
        number="4000", chart_of_accounts=ChartOfAccounts.objects.get(code=chart) if chart else None
    )
    return account


@pytest.mark.parametrize("chart", ["FR_PCG", "DE_SKR03", "US_DEFAULT", None])
def test_it_is_other_by_default(chart: str | None) -> None:
    assert account_in(chart).tax_management == TaxManagement.OTHER


@pytest.mark.parametrize("chart", ["FR_PCG", "DE_SKR03"])
def test_for_french_and_german_charts_another_is_chosen_and_written_down(chart: str) -> None:
    account = account_in(chart)
    assert choose_tax_management(account=account, tax_management="tax_only", actor="anna")
    account.refresh_from_db()
    assert account.tax_management == TaxManagement.TAX_ONLY
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject_type) == ("anna", "account_changed", "account")
    assert entry.detail["changes"] == {"tax_management": {"old": "other", "new": "tax_only"}}
    assert not choose_tax_management(account=account, tax_management="tax_only", actor="anna"), "already so"
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(("chart", "words"), [("US_DEFAULT", "United States"), (None, "no chart of accounts")])
def test_elsewhere_it_is_fixed(chart: str | None, words: str) -> None:
    account = account_in(chart)
    with pytest.raises(TaxManagementFixed) as refused:
        choose_tax_management(account=account, tax_management="tax_only", actor="anna")
    assert words in refused.value.detail
    assert refused.value.next_step
    account.refresh_from_db()
    assert account.tax_management == TaxManagement.OTHER
    assert not AuditEntry.objects.exists()


def test_an_unknown_one_is_refused() -> None:
    with pytest.raises(UnknownTaxManagement):
        choose_tax_management(account=account_in("FR_PCG"), tax_management="vat", actor="anna")


@pytest.mark.parametrize("value", ["tax_only", "vat"])
def test_the_database_refuses_one_without_chart_and_one_that_is_unknown(value: str) -> None:
    account_in(None if value == "tax_only" else "FR_PCG")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(tax_management=value)


def test_on_the_page_only_tax_management_is_changed_and_only_where_it_can_be(
    person: Callable[[Role], User], client: Client
) -> None:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    account = account_in("FR_PCG")
    url = reverse("admin:masterdata_account_change", args=[account.pk])
    client.post(url, {"tax_management": "excluding_tax", "name": "Forged", "number": "1"})
    account.refresh_from_db()
    assert (account.tax_management, account.name, account.number) == ("excluding_tax", "Sales of goods", "4000")
    fixed = AccountFactory(number="5000", chart_of_accounts=ChartOfAccounts.objects.get(code="US_DEFAULT"))
    url = reverse("admin:masterdata_account_change", args=[fixed.pk])
    assert "Tax management is Other on every account of United States." in client.get(url).content.decode()
    assert client.post(url, {"tax_management": "excluding_tax"}).status_code == 403


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_others_look(role: Role, person: Callable[[Role], User], client: Client) -> None:
    client.force_login(person(role))
    url = reverse("admin:masterdata_account_change", args=[account_in("FR_PCG").pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"tax_management": "tax_only"}).status_code == 403
