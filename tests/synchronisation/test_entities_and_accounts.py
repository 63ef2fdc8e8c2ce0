"""Guide, "Business entities" and "Configure the integration": entities are read and compared, accounts get a chart."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.mapping import reading
from apps.masterdata.models import Account, Entity, TaxManagement
from apps.masterdata.services.charts import put_into_chart
from apps.masterdata.services.tax_management import choose_tax_management
from apps.options.models import Option, OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import ChartOfAccounts, Company
from apps.organisation.services.delivered import load_organisation
from apps.synchronisation.models import RunState, SynchronisationRun, SynchronisedObject
from apps.synchronisation.services.inbound import synchronise
from tests.factories.masterdata import AccountFactory
from tests.factories.organisation import CompanyFactory, FinancialSiteFactory
from tests.sandbox_process import SandboxProcess

PAGE = "/admin/masterdata/entity/"
ASK = f"{PAGE}ask/"
Person = Callable[[Role], User]


@pytest.fixture
def operator(person: Person, client: Client) -> Client:
    client.force_login(person(Role.OPERATOR))
    return client


def ask(connection: IntacctConfiguration) -> SynchronisationRun:
    return synchronise(connection=connection, wanted=SynchronisedObject.ENTITY, started_by="test")


def test_every_entity_is_read_with_its_currency(connection: IntacctConfiguration) -> None:
    run = ask(connection)
    assert (run.state, run.done, run.failed) == (RunState.FINISHED, 4, 0), run.messages
    assert list(Entity.objects.values_list("code", "name", "currency", "is_active")) == [
        ("100", "Northfield US", "USD", True),
        ("200", "Northfield GB", "GBP", True),
        ("300", "Northfield FR", "EUR", True),
        ("400", "Northfield DE", "EUR", True),
    ]


def test_all_pages_are_read(connection: IntacctConfiguration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    assert ask(connection).done == 4
    assert Entity.objects.count() == 4


def test_an_entity_that_is_gone_becomes_inactive(connection: IntacctConfiguration) -> None:
    ask(connection)
    Entity.objects.filter(code="400").update(code="500")
    ask(connection)
    assert list(Entity.objects.filter(is_active=False).values_list("code", flat=True)) == ["500"]


def test_the_page_shows_both_lists_side_by_side_and_what_does_not_match(
    connection: IntacctConfiguration, company: Company, person: Person, client: Client
) -> None:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    load_organisation()
    CompanyFactory(code="200", name="Northfield Ltd", currency="USD")
    FinancialSiteFactory(company=Company.objects.get(code="200"))
    CompanyFactory(code="300", name="Northfield SAS", currency="EUR")
    CompanyFactory(code="900", name="Nowhere")
    assert client.post(ASK).headers["Location"] == PAGE
    answer = client.get(PAGE)
    shown = {row["code"]: str(row["label"]) for row in answer.context["rows"]}
    assert shown == {
        "100": "Matches",
        "200": "Currency differs",
        "300": "No financial site",
        "400": "No company",
        "900": "No entity in Intacct",
    }
    page = answer.content.decode()
    assert "4 IDs need a look" in page
    assert "/admin/organisation/company/add/?code=400&amp;name=Northfield+DE&amp;currency=EUR&amp;legislation=" in page
    third = Company.objects.get(code="300")
    link = f"/admin/organisation/site/add/?code=300&amp;name=Northfield+FR&amp;company={third.pk}&amp;is_financial=on"
    assert link in page
    assert "Ask Intacct again" in page


def test_before_intacct_was_asked_the_page_says_so_instead_of_blaming_companies(
    operator: Client, company: Company
) -> None:
    page = operator.get(PAGE).content.decode()
    assert "Intacct was not asked yet" in page
    assert "No entity in Intacct" not in page


def test_who_may_not_create_companies_gets_no_link_to_it(connection: IntacctConfiguration, operator: Client) -> None:
    operator.post(ASK)
    page = operator.get(PAGE).content.decode()
    assert "No company" in page
    assert "company/add" not in page


def test_an_auditor_looks_and_does_not_ask(connection: IntacctConfiguration, person: Person, client: Client) -> None:
    client.force_login(person(Role.AUDITOR))
    assert ASK not in client.get(PAGE).content.decode()
    assert client.post(ASK).status_code == 403
    assert not SynchronisationRun.objects.exists()


def test_a_failure_is_told_and_the_last_answer_stays(
    connection: IntacctConfiguration, sandbox: SandboxProcess, operator: Client
) -> None:
    operator.post(ASK)
    sandbox.arm("error", errorno="XL03000006", times=5)
    operator.post(ASK)
    page = operator.get(PAGE).content.decode()
    assert "Intacct was asked again and did not list them:" in page
    assert "Northfield GB" in page


def test_while_the_option_is_off_nobody_is_asked(
    connection: IntacctConfiguration, intacct_on: Option, operator: Client
) -> None:
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    page = operator.post(ASK, follow=True).content.decode()
    assert "turned off" in page
    assert not Entity.objects.exists()
    assert reverse("admin:masterdata_entity_changelist") == PAGE


def test_inbound_accounts_go_into_the_configurations_chart_and_keep_what_was_chosen(
    connection: IntacctConfiguration,
) -> None:
    load_organisation()
    kept = AccountFactory(number="4000", chart_of_accounts=ChartOfAccounts.objects.get(code="DE_SKR03"))
    choose_tax_management(account=kept, tax_management=TaxManagement.EXCLUDING_TAX, actor="anna")
    AccountFactory(number="4010")
    chart = ChartOfAccounts.objects.get(code="FR_PCG")
    connection.chart_of_accounts, connection.legislation = chart, chart.legislation
    connection.save()
    run = synchronise(connection=connection, wanted=SynchronisedObject.ACCOUNT, started_by="test")
    assert run.state == RunState.FINISHED, run.messages
    charts = dict(Account.objects.values_list("number", "chart_of_accounts__code"))
    assert charts.pop("4000") == "DE_SKR03", "a later default is for new accounts"
    assert set(charts.values()) == {"FR_PCG"}
    kept.refresh_from_db()
    assert kept.tax_management == TaxManagement.EXCLUDING_TAX
    assert set(Account.objects.exclude(number="4000").values_list("tax_management", flat=True)) == {"other"}


def test_without_a_chart_in_the_configuration_accounts_have_none(db: None) -> None:
    account = AccountFactory()
    assert put_into_chart(numbers=[account.number], chart=None) == 0
    account.refresh_from_db()
    assert account.chart_of_accounts is None
