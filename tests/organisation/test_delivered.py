"""Guide, "Tax settings": what is delivered for each legislation, loaded again without touching an admin's change."""

from collections.abc import Callable

import pytest

from apps.foundation.delivered import DeliveredRow, LoadReport, fingerprint, read_rows
from apps.organisation.models import ChartOfAccounts, Legislation, TaxCategory, TaxSolution
from apps.organisation.services.delivered import DELIVERED, load_charts_of_accounts, load_organisation

pytestmark = pytest.mark.django_db
COUNTRIES = ["AU", "CA", "DE", "FR", "GB", "US", "ZA"]


def test_charts_of_account_are_delivered_for_each_legislation_one_of_them_the_default() -> None:
    load_organisation()
    defaults = ChartOfAccounts.objects.filter(is_default=True).order_by("legislation__code")
    assert list(defaults.values_list("legislation__code", flat=True)) == COUNTRIES
    german = ChartOfAccounts.objects.filter(legislation__code="DE").values_list("code", "is_default")
    assert list(german) == [("DE_SKR03", True), ("DE_SKR04", False)]


def test_a_tax_solution_with_its_categories_is_delivered_for_each_legislation() -> None:
    load_organisation()
    solutions = TaxSolution.objects.order_by("country")
    assert [one.country for one in solutions] == COUNTRIES
    assert all(one.lines.exists() and not one.is_custom for one in solutions)
    canada = solutions.get(country="CA")
    assert canada.lines_by_category() == [("GST", 1, True), ("HST", 2, False), ("PST", 3, False)]
    assert canada.intacct_tax_solution == "Canadian Sales Tax - SYS"
    assert solutions.get(country="GB").intacct_tax_solution == "United Kingdom - VAT"


def test_tax_management_can_be_selected_for_france_and_germany_only() -> None:
    load_organisation()
    assert list(Legislation.objects.filter(selects_tax_management=True).values_list("code", flat=True)) == ["DE", "FR"]


def test_loading_again_changes_nothing() -> None:
    load_organisation()
    assert set(load_organisation().values()) == {LoadReport()}


def _rename_chart() -> DeliveredRow:
    ChartOfAccounts.objects.filter(code="US_DEFAULT").update(name="Our chart")
    return ChartOfAccounts.objects.get(code="US_DEFAULT")


def _rename_category() -> DeliveredRow:
    TaxCategory.objects.filter(code="VAT").update(name="Our VAT")
    return TaxCategory.objects.get(code="VAT")


def _make_a_line_optional() -> DeliveredRow:
    solution = TaxSolution.objects.get(code="GB_VAT")
    solution.lines.update(is_mandatory=False)
    return solution


def _remove_a_line() -> DeliveredRow:
    solution = TaxSolution.objects.get(code="CA_GST")
    solution.lines.filter(category__code="PST").delete()
    return solution


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("charts of accounts", _rename_chart),
        ("tax categories", _rename_category),
        ("tax solutions", _make_a_line_optional),
        ("tax solutions", _remove_a_line),
    ],
)
def test_what_an_admin_changed_is_kept_and_shown_as_changed(name: str, change: Callable[[], DeliveredRow]) -> None:
    load_organisation()
    row = change()
    before = {one: row.delivered_value(one) for one in row.delivered_names}
    assert row.differs_from_delivered
    assert load_organisation()[name] == LoadReport(kept=1)
    again = type(row)._default_manager.get(pk=row.pk)
    assert {one: again.delivered_value(one) for one in again.delivered_names} == before


def test_another_default_chart_that_an_admin_chose_stays_the_default() -> None:
    load_organisation()
    ChartOfAccounts.objects.filter(code="DE_SKR03").update(is_default=False)
    ChartOfAccounts.objects.filter(code="DE_SKR04").update(is_default=True)
    load_organisation()
    assert ChartOfAccounts.objects.get(legislation__code="DE", is_default=True).code == "DE_SKR04"


def test_a_default_chart_made_before_the_delivered_one_came_stays_the_default() -> None:
    load_organisation()
    ChartOfAccounts.objects.filter(legislation__code="US").delete()
    us = Legislation.objects.get(code="US")
    ChartOfAccounts.objects.create(code="OURS", name="Ours", legislation=us, is_default=True)
    assert load_charts_of_accounts().created == 1
    assert load_charts_of_accounts() == LoadReport()
    assert ChartOfAccounts.objects.get(legislation=us, is_default=True).code == "OURS"


def test_a_row_loaded_before_a_name_was_delivered_takes_it_as_nobody_changed_the_row() -> None:
    load_organisation()
    old = {"name": "France", "country": "FR", "currency": "EUR", "posts_ap_ar_to_ledger": True}
    Legislation.objects.filter(code="FR").update(delivered_fingerprint=fingerprint(old), selects_tax_management=False)
    assert load_organisation()["legislations"] == LoadReport(updated=1)
    assert Legislation.objects.get(code="FR").selects_tax_management


@pytest.mark.parametrize(
    ("model", "file"),
    [
        (Legislation, "legislations.yaml"),
        (ChartOfAccounts, "charts_of_accounts.yaml"),
        (TaxCategory, "tax_categories.yaml"),
        (TaxSolution, "tax_solutions.yaml"),
    ],
)
def test_the_files_hold_the_names_that_the_models_declare(model: type[DeliveredRow], file: str) -> None:
    wanted = {"code", *(name.removesuffix("_id") for name in model.delivered_names)}
    assert all(set(row) == wanted for row in read_rows(DELIVERED / file))
