"""Guide, "Tax settings": a legislation that is not delivered gets a custom tax solution."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.foundation.audit import AuditEntry
from apps.organisation.errors import CustomTaxSolutionRefused
from apps.organisation.models import ChartOfAccounts, Legislation, TaxCategory, TaxSolution
from apps.organisation.services.custom_tax_solution import (
    ChosenCategory,
    CustomTaxSolution,
    NewChart,
    NewLegislation,
    set_up_custom_tax_solution,
)
from apps.organisation.services.delivered import load_organisation

pytestmark = pytest.mark.django_db
PAGE = "/admin/organisation/taxsolution/custom/"
BELGIUM = CustomTaxSolution(
    legislation=NewLegislation("BE", "Belgium", "BE", "EUR"),
    chart=NewChart("BE_PCMN", "Plan comptable minimum normalisé"),
    code="BE_TVA",
    name="Belgium TVA",
    categories=(ChosenCategory("VAT"), ChosenCategory("ECO", "Environmental levy", is_mandatory=False)),
    intacct_tax_solution="Belgium - VAT",
)
FORM = {
    "legislation-code": "BE", "legislation-name": "Belgium", "legislation-country": "BE", "legislation-currency": "EUR",
    "chart-code": "BE_PCMN", "chart-name": "Plan comptable", "categories-0-code": "ECO",
    "categories-0-name": "Environmental levy", "categories-0-is_mandatory": "on", "solution-code": "BE_TVA",
    "solution-name": "Belgium TVA",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _delivered() -> None:
    load_organisation()


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def counts() -> tuple[int, int, int, int, int]:
    models = (Legislation, ChartOfAccounts, TaxCategory, TaxSolution, AuditEntry)
    return tuple(model._default_manager.count() for model in models)  # type: ignore[return-value]


def test_legislation_chart_categories_and_solution_are_created_together_with_their_history() -> None:
    solution = set_up_custom_tax_solution(described=BELGIUM, actor="anna")
    assert solution.is_custom
    assert solution.legislation.code == "BE"
    assert solution.country == "BE"
    assert solution.lines_by_category() == [("VAT", 1, True), ("ECO", 2, False)]
    assert ChartOfAccounts.objects.get(code="BE_PCMN").is_default
    history = AuditEntry.objects.order_by("id").values_list("actor", "action", "subject_label")
    assert list(history) == [
        ("anna", "legislation_created", "BE Belgium"),
        ("anna", "chart_of_accounts_created", "BE_PCMN Plan comptable minimum normalisé"),
        ("anna", "tax_category_created", "Environmental levy"),
        ("anna", "tax_solution_created", "BE_TVA Belgium TVA"),
    ]
    assert AuditEntry.objects.get(action="tax_solution_created").detail["changes"]["tax categories"] == {
        "old": "",
        "new": "VAT mandatory, ECO optional",
    }


@pytest.mark.parametrize(
    ("case", "described", "pointers"),
    [
        ("no category", replace(BELGIUM, categories=()), ["/categories"]),
        ("no chart", replace(BELGIUM, chart=None), ["/chart/code"]),
        ("chart's ID taken", replace(BELGIUM, chart=NewChart("FR_PCG", "x")), ["/chart/code"]),
        ("solution's ID taken", replace(BELGIUM, code="FR_TVA"), ["/solution/code"]),
        (
            "category twice",
            replace(BELGIUM, categories=(ChosenCategory("VAT"), ChosenCategory("VAT"))),
            ["/categories/1/code"],
        ),
        ("category new and there", replace(BELGIUM, categories=(ChosenCategory("VAT", "x"),)), ["/categories/0/code"]),
        (
            "all at once",
            replace(BELGIUM, legislation=NewLegislation("FR", "x", "fr", "XQX"), code="FR_TVA"),
            ["/legislation/code", "/legislation/country", "/legislation/currency", "/solution/code"],
        ),
    ],
)
def test_what_is_not_acceptable_is_named_and_nothing_is_stored(
    case: str, described: CustomTaxSolution, pointers: list[str]
) -> None:
    before = counts()
    with pytest.raises(CustomTaxSolutionRefused) as refused:
        set_up_custom_tax_solution(described=described, actor="anna")
    assert sorted(flaw.pointer for flaw in refused.value.flaws) == pointers, case
    assert counts() == before


def test_a_legislation_without_taxes_leads_to_the_form_filled_in(admin: Client) -> None:
    made = Legislation.objects.create(code="BE", name="Belgium", country="BE", currency="EUR")
    page = admin.get(reverse("admin:organisation_legislation_change", args=[made.pk])).content.decode()
    assert "How to set up a custom tax solution" in page
    assert f"{PAGE}?legislation=BE" in page
    form = admin.get(f"{PAGE}?legislation=BE").content.decode()
    assert f'<option value="{made.pk}" selected>' in form
    assert "BE Belgium" in admin.get(reverse("admin:organisation_taxsolution_changelist")).content.decode()


def test_a_delivered_legislation_shows_its_charts_and_solutions(admin: Client) -> None:
    german = Legislation.objects.get(code="DE")
    page = admin.get(reverse("admin:organisation_legislation_change", args=[german.pk])).content.decode()
    assert "DE_SKR04 Standardkontenrahmen SKR04" in page
    assert "DE_UST Germany USt" in page
    assert "How to set up a custom tax solution" not in page


def test_the_form_sets_it_up(admin: Client) -> None:
    answer = admin.post(PAGE, FORM)
    solution = TaxSolution.objects.get(code="BE_TVA")
    assert answer.headers["Location"] == reverse("admin:organisation_taxsolution_change", args=[solution.pk])
    assert solution.lines_by_category() == [("ECO", 1, True)]
    listed = admin.get(reverse("admin:organisation_taxsolution_changelist")).content.decode()
    assert "Custom" in listed
    assert "Delivered" in listed


def test_the_form_shows_a_flaw_beside_its_field_and_keeps_what_was_entered(admin: Client) -> None:
    before = counts()
    page = admin.post(PAGE, {**FORM, "chart-code": "FR_PCG", "solution-code": "FR_TVA"}).content.decode()
    assert "Chart of accounts with this ID already exists" in page
    assert "Tax solution with this ID already exists" in page
    assert "Nothing was stored" in page
    assert 'value="Environmental levy"' in page
    assert counts() == before


def test_a_category_row_left_empty_is_no_category(admin: Client) -> None:
    rows = {f"categories-2-{key}": value for key, value in {"code": "GST", "name": "again"}.items()}
    page = admin.post(PAGE, {**FORM, "categories-0-code": "", "categories-0-name": "", **rows}).content.decode()
    assert "Tax category with this ID already exists" in page


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_others_than_integration_admins_may_not(role: Role, person: Callable[[Role], User], client: Client) -> None:
    client.force_login(person(role))
    assert client.post(PAGE, FORM).status_code == 403
    assert not TaxSolution.objects.filter(code="BE_TVA").exists()
