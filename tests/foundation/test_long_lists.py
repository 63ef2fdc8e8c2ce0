"""Lists and filters that cost the same however many rows there are."""

import re

import pytest
from django.test import Client

from apps.foundation.audit import Event, record

pytestmark = pytest.mark.django_db
TRAIL = "/admin/foundation/auditentry/"


def happened(action: str, number: int, kind: str = "posting") -> Event:
    return Event("anna", action, kind, f"{kind}-{number}", f"Subject {number}")


def test_the_audit_trail_is_narrowed_to_each_thing_that_happened(admin_client: Client) -> None:
    record([happened("posting_submitted", 1), happened("retried", 2), happened("retried", 3, "delivery")])

    page = admin_client.get(TRAIL).text

    assert set(re.findall(r"\?action=(\w+)", page)) == {"posting_submitted", "retried"}
    assert set(re.findall(r"\?subject_type=(\w+)", page)) == {"posting", "delivery"}
    shown = admin_client.get(f"{TRAIL}?action=retried").context["cl"].result_list
    assert [entry.subject_id for entry in shown] == ["delivery-3", "posting-2"]


def test_a_filter_of_a_list_without_rows_offers_nothing(admin_client: Client) -> None:
    assert not re.findall(r"\?action=(\w+)", admin_client.get(TRAIL).text)


def test_each_row_is_on_one_page_in_the_list_s_order(admin_client: Client) -> None:
    record([happened("retried", number) for number in range(120)])

    pages = [admin_client.get(f"{TRAIL}?p={number}").context["cl"].result_list for number in (1, 2, 3)]

    seen = [entry.subject_id for page in pages for entry in page]
    assert seen == [f"posting-{number}" for number in reversed(range(120))]
    assert [len(page) for page in pages] == [50, 50, 20]
