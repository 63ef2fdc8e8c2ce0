"""The pages of the organisation and of taxes: every change is written down with what was before."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.foundation.audit import AuditEntry
from apps.organisation.models import ChartOfAccounts, Company, Legislation, Site, TaxCategory, TaxSolution
from apps.organisation.services.delivered import load_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _delivered() -> None:
    load_organisation()


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def company_form(**changes: str) -> dict[str, str]:
    legislation = Legislation.objects.get(code="FR")
    form = {"code": "300", "name": "Northfield SAS", "legislation": str(legislation.pk), "currency": "EUR"}
    return {**form, "chart_of_accounts": "", "is_active": "on", **changes}


def change_url(row: Company | Site | TaxSolution | ChartOfAccounts | TaxCategory | Legislation) -> str:
    return reverse(f"admin:organisation_{row._meta.model_name}_change", args=[row.pk])


def test_a_company_takes_the_default_chart_of_its_legislation_and_asks_for_its_financial_site(admin: Client) -> None:
    answer = admin.post(reverse("admin:organisation_company_add"), company_form(), follow=True)
    company = Company.objects.get(code="300")
    assert company.chart_of_accounts == ChartOfAccounts.objects.get(code="FR_PCG")
    assert "Company 300 still needs its financial site 300." in answer.content.decode()
    page = admin.get(change_url(company)).content.decode()
    assert "Create the financial site 300" in page
    assert "Yes, by legislation FR France, while the option Sage Intacct is on." in page
    entry = AuditEntry.objects.get(action="company_created")
    assert (entry.actor, entry.subject_id, entry.company) == ("integration_admin", str(company.pk), "300")


def test_the_prefilled_form_makes_the_financial_site(admin: Client) -> None:
    admin.post(reverse("admin:organisation_company_add"), company_form())
    company = Company.objects.get(code="300")
    url = f"{reverse('admin:organisation_site_add')}?code=300&name=Lyon&company={company.pk}&is_financial=on"
    initial = admin.get(url).context["adminform"].form.initial
    assert (initial["code"], initial["company"], initial["is_financial"]) == ("300", str(company.pk), "on")
    admin.post(
        url, {"code": "300", "name": "Lyon", "company": str(company.pk), "is_financial": "on", "is_active": "on"}
    )
    assert Site.objects.get(code="300").company == company
    assert "has the same ID as the company" in admin.get(change_url(company)).content.decode()


def test_a_changed_field_is_written_down_with_old_and_new(admin: Client) -> None:
    admin.post(reverse("admin:organisation_company_add"), company_form())
    company = Company.objects.get(code="300")
    form = company_form(name="Northfield France", chart_of_accounts=str(company.chart_of_accounts_id))
    admin.post(change_url(company), form)
    admin.post(change_url(company), form)
    entry = AuditEntry.objects.get(action="company_changed")
    assert entry.detail == {
        "changes": {"name": {"old": "Northfield SAS", "new": "Northfield France"}},
        "note": "name: Northfield SAS → Northfield France",
    }
    assert change_url(company) in admin.get(reverse("admin:foundation_auditentry_changelist")).content.decode()


def test_an_id_is_given_once(admin: Client) -> None:
    admin.post(reverse("admin:organisation_company_add"), company_form())
    company = Company.objects.get(code="300")
    admin.post(change_url(company), company_form(code="999"))
    company.refresh_from_db()
    assert company.code == "300"


def test_a_line_of_a_tax_solution_is_part_of_its_history(admin: Client) -> None:
    solution = TaxSolution.objects.get(code="CA_GST")
    lines = list(solution.lines.order_by("order"))
    form = {
        "name": solution.name, "description": solution.description, "country": "CA",
        "legislation": str(solution.legislation_id), "intacct_tax_solution": solution.intacct_tax_solution,
        "is_active": "on", "lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "3",
    }  # fmt: skip
    for index, line in enumerate(lines):
        form |= {
            f"lines-{index}-id": str(line.pk),
            f"lines-{index}-solution": str(solution.pk),
            f"lines-{index}-order": str(line.order),
            f"lines-{index}-category": str(line.category_id),
            f"lines-{index}-is_mandatory": "on" if line.is_mandatory else "",
        }
    form |= {"lines-2-DELETE": "on", "lines-1-is_mandatory": "on"}
    assert admin.post(change_url(solution), form).status_code == 302
    entry = AuditEntry.objects.get(action="tax_solution_changed")
    assert entry.detail["changes"] == {
        "tax categories": {
            "old": "GST mandatory, HST optional, PST optional",
            "new": "GST mandatory, HST mandatory",
        }
    }
    listed = admin.get(reverse("admin:organisation_taxsolution_changelist")).content.decode()
    assert "Delivered, changed here" in listed


def test_what_was_delivered_can_not_be_deleted_what_is_custom_can(admin: Client) -> None:
    delivered = TaxCategory.objects.get(code="VAT")
    custom = TaxCategory.objects.create(code="ECO", name="Levy")
    assert admin.post(change_url(delivered).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert admin.post(change_url(custom).replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert AuditEntry.objects.get(action="tax_category_deleted").detail["changes"]["code"] == {"old": "ECO", "new": ""}


@pytest.mark.parametrize("model", ["company", "site", "legislation", "chartofaccounts", "taxcategory", "taxsolution"])
@pytest.mark.parametrize("role", [Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR])
def test_every_list_and_page_can_be_reviewed(
    model: str, role: Role, person: Callable[[Role], User], client: Client, company: Company
) -> None:
    client.force_login(person(role))
    assert client.get(reverse(f"admin:organisation_{model}_changelist")).status_code == 200
    row = {
        "company": Company, "site": Site, "legislation": Legislation, "chartofaccounts": ChartOfAccounts,
        "taxcategory": TaxCategory, "taxsolution": TaxSolution,
    }[model].objects.first()  # fmt: skip
    assert client.get(reverse(f"admin:organisation_{model}_change", args=[row.pk])).status_code == 200
    added = client.get(reverse(f"admin:organisation_{model}_add")).status_code
    assert added == (200 if role == Role.INTEGRATION_ADMIN else 403)


def test_lists_take_as_many_queries_for_many_rows_as_for_few(admin: Client, django_assert_max_num_queries) -> None:
    for page in ("taxsolution", "company", "chartofaccounts"):
        with django_assert_max_num_queries(20):
            admin.get(reverse(f"admin:organisation_{page}_changelist"))
