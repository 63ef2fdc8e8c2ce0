"""The pages of account determination, what is delivered for it, and the page that explains a posting's accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.foundation.audit import AuditEntry
from apps.foundation.delivered import LoadReport
from apps.organisation.models import Company
from apps.organisation.services.delivered import load_organisation
from apps.postings.document_types import DocumentType
from apps.postings.models import JournalEntryType, JournalEntryTypeLine, PostingClass, PostingClassAssignment
from apps.postings.services.delivered import load_account_determination
from tests.factories.documents import sales_invoice
from tests.factories.posting_classes import PostingClassFactory, chart_of, give_account, give_accounts

pytestmark = pytest.mark.django_db
ENTRY_TYPES = "/admin/postings/journalentrytype/"


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def american(document_type: str, target: str = "GLBATCH") -> JournalEntryType:
    return JournalEntryType.objects.get(legislation__code="US", document_type=document_type, target_object=target)


class TestDelivered:
    def test_every_document_type_has_lines_on_both_sides_in_every_legislation(self) -> None:
        load_organisation()
        load_account_determination()
        for legislation in ("US", "GB", "FR", "DE", "ZA", "AU", "CA"):
            lines = JournalEntryTypeLine.objects.filter(entry_type__legislation__code=legislation)
            sides = set(lines.values_list("entry_type__document_type", "side").order_by().distinct())
            assert sides == {(kind, side) for kind in DocumentType.values for side in ("debit", "credit")}
        by_tax = JournalEntryTypeLine.objects.filter(account_type__by_tax=True)
        assert set(by_tax.values_list("entry_type__legislation__code", flat=True)) == {"FR", "DE"}
        assert set(load_account_determination().values()) == {LoadReport()}

    def test_what_an_admin_changed_stays_a_line_too(self, company: Company) -> None:
        changed = american("stock_count")
        changed.lines.first().delete()  # type: ignore[union-attr]
        JournalEntryType.objects.filter(document_type="sales_shipment").update(journal="OWN")
        assert load_account_determination()["journal entry types"] == LoadReport(kept=3)
        assert american("stock_count").differs_from_delivered
        assert american("sales_shipment").journal == "OWN"

    def test_an_installation_with_one_type_for_all_legislations_keeps_the_journal_that_was_chosen(
        self, company: Company
    ) -> None:
        JournalEntryType.objects.filter(legislation__code="US").delete()
        JournalEntryTypeLine.objects.all().delete()
        old = JournalEntryType.objects.filter(document_type="sales_shipment")
        old.update(journal="OWN")
        load_account_determination()
        assert (american("sales_shipment").journal, american("purchase_receipt").journal) == ("OWN", "PJ")
        assert american("sales_shipment").lines.exists()

    def test_a_default_class_that_an_admin_chose_stays_the_default(self, company: Company) -> None:
        PostingClass.objects.filter(code="STANDARD_ITEM").delete()
        PostingClassFactory(code="OURS", is_default=True)
        load_account_determination()
        assert list(PostingClass.objects.filter(class_type="item", is_default=True).values_list("code", flat=True)) == [
            "OURS"
        ]


class TestEdited:
    def test_an_entry_type_is_reset_with_its_lines_and_history(self, admin: Client, company: Company) -> None:
        changed = american("sales_shipment")
        before = changed.lines_text
        changed.lines.first().delete()  # type: ignore[union-attr]
        JournalEntryType.objects.filter(pk=changed.pk).update(journal="OWN")
        form = {"action": "reset_selected", "index": "0", "_selected_action": [changed.pk]}
        assert "Delivered, changed here" in admin.get(ENTRY_TYPES, {"document_type__exact": "sales_shipment"}).text
        assert "is lost" in admin.post(ENTRY_TYPES, form).text
        admin.post(ENTRY_TYPES, {**form, "confirmed": "yes"})
        assert (american("sales_shipment").journal, american("sales_shipment").lines_text) == ("SJ", before)
        assert "lines" in AuditEntry.objects.get(subject_type="journal_entry_type").detail["changes"]

    def test_a_class_gets_only_accounts_that_intacct_has_and_account_types_of_its_kind(
        self, admin: Client, company: Company
    ) -> None:
        posting_class = PostingClass.objects.get(code="STANDARD_ITEM")
        line = give_account(company, "STANDARD_ITEM", "stock", "1210")
        address = reverse("admin:postings_postingclass_change", args=[posting_class.pk])
        form: dict[str, Any] = {
            "name": "Items", "is_default": "on", "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1,
            "lines-0-id": line.pk, "lines-0-posting_class": posting_class.pk,
            "lines-0-chart_of_accounts": chart_of(company).pk, "lines-0-definition": line.definition_id,
        }  # fmt: skip
        assert "There is no active account 9999" in admin.post(address, {**form, "lines-0-account": "9999"}).text
        admin.post(address, {**form, "lines-0-account": "1200"})
        line.refresh_from_db()
        assert line.account == "1200"
        assert "1200" in AuditEntry.objects.get(subject_type="posting_class").detail["changes"]["accounts"]["new"]
        page = admin.get(address).text
        assert "Goods received not invoiced" not in page, "it depends on the supplier"

    def test_a_record_has_one_class_of_its_kind(self, admin: Client, company: Company) -> None:
        address = reverse("admin:postings_postingclassassignment_add")
        wrong = PostingClass.objects.get(code="STANDARD_TAX")
        form = {"class_type": "item", "key": "ITEM-1", "posting_class": wrong.pk}
        assert "records of another kind" in admin.post(address, form).text
        right = {**form, "posting_class": PostingClassFactory().pk}
        admin.post(address, right)
        assert str(PostingClassAssignment.objects.get()) == "Item ITEM-1: RAW"
        assert "has a posting class already" in admin.post(address, right).text

    def test_an_auditor_only_looks(self, person: Callable[[Role], User], client: Client, company: Company) -> None:
        client.force_login(person(Role.AUDITOR))
        address = reverse(
            "admin:postings_postingclass_change", args=[PostingClass.objects.get(code="STANDARD_ITEM").pk]
        )
        assert client.post(address, {}).status_code == 403
        changed = american("sales_shipment")
        JournalEntryType.objects.filter(pk=changed.pk).update(journal="OWN")
        reset = {"action": "reset_selected", "_selected_action": changed.pk, "confirmed": "yes"}
        client.post(ENTRY_TYPES, reset)
        assert american("sales_shipment").journal == "OWN"


def test_the_page_says_why_then_and_what_the_rules_give_today(
    rest: APIClient, admin: Client, company: Company, django_assert_max_num_queries: Any
) -> None:
    give_accounts(company)
    body = sales_invoice()
    body["lines"].append({**body["lines"][0], "account": "4100"})
    del body["lines"][0]["account"]
    pk = rest.post("/api/v1/postings/", body).json()["id"]
    words = "Sales revenue of item ITEM-1, posting class STANDARD_ITEM, chart US_CHART: 4000."
    page = admin.get(reverse("admin:postings_posting_change", args=[pk])).text
    assert words in page
    address = reverse("admin:postings_posting_accounts", args=[pk])
    with django_assert_max_num_queries(30):
        explained = admin.get(address).text
    assert "The same account" in explained
    assert "The document names the account." in explained
    assert "/admin/postings/postingclass/?q=STANDARD_ITEM" in explained
    give_account(company, "STANDARD_ITEM", "sales_revenue", "4100")
    assert "chart US_CHART: 4100." in admin.get(address).text
    PostingClass.objects.update(is_default=False)
    assert "there is no default one" in admin.get(address).text


def test_who_is_not_signed_in_does_not_see_it_and_an_operator_does(
    rest: APIClient, company: Company, person: Callable[[Role], User], client: Client
) -> None:
    pk = rest.post("/api/v1/postings/", sales_invoice()).json()["id"]
    assert client.get(reverse("admin:postings_posting_accounts", args=[pk])).status_code == 302
    client.force_login(person(Role.OPERATOR))
    assert client.get(reverse("admin:postings_posting_accounts", args=[pk])).status_code == 200
