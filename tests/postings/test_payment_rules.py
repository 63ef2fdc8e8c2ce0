"""Payments, the rules without a gateway: when they are read next, which figures are kept, what is asked."""

import datetime
from decimal import Decimal

import pytest

from apps.mapping.object_maps import delivered_object_map
from apps.mapping.payment_reading import FoundPayment, payment_objects, payments_of
from apps.postings.payment_patience import KEPT_FRESH_FOR, after_failure, next_reading
from apps.postings.payment_states import PAYMENT_LOOKS, PaymentState

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
POSTED = datetime.datetime(2026, 10, 20, tzinfo=datetime.UTC)
READINGS = [
    pytest.param(datetime.timedelta(0), False, HOUR, id="right after posting: in an hour"),
    pytest.param(HOUR, False, DAY, id="after an hour: daily"),
    pytest.param(90 * DAY, False, DAY, id="after months: daily"),
    pytest.param(KEPT_FRESH_FOR, False, None, id="after 180 days: never"),
    pytest.param(HOUR, True, None, id="nothing is due: never"),
]


@pytest.mark.parametrize(("age", "settled", "expected"), READINGS)
def test_when_it_is_read_next(age: datetime.timedelta, settled: bool, expected: datetime.timedelta | None) -> None:
    now = POSTED + age
    assert next_reading(posted_at=POSTED, now=now, settled=settled) == (None if expected is None else now + expected)


def test_after_a_failure_it_waits_longer_each_time_and_a_day_at_most() -> None:
    waits = [after_failure(posted_at=POSTED, now=POSTED, tries=tries) for tries in (1, 2, 3, 50)]
    minutes = [int((at - POSTED).total_seconds() // 60) for at in waits if at is not None]
    assert minutes == [5, 10, 20, 1440]


@pytest.mark.parametrize("state", PaymentState)
def test_every_payment_state_has_a_look(state: PaymentState) -> None:
    look = PAYMENT_LOOKS[state]
    assert look.tone
    assert look.icon
    assert look.meaning.endswith(".")


@pytest.mark.parametrize(
    ("paid", "currency", "kept"),
    [("25.00", "USD", True), ("25.005", "USD", False), ("25", "JPY", True), ("25.5", "JPY", False), ("1", "", False)],
)
def test_figures_are_kept_as_they_are_or_not_at_all(paid: str, currency: str, kept: bool) -> None:
    found = FoundPayment("1", currency, paid=Decimal(paid), due=Decimal("-1"), state="")
    assert (found.why_not_kept(currency) == "") == kept


def test_the_question_is_of_the_delivered_map() -> None:
    assert payment_objects() == ("ARADJUSTMENT", "ARINVOICE")
    question = payments_of(delivered_object_map("ARINVOICE"), ["1"])
    assert question.select == ("RECORDNO", "CURRENCY", "TRX_TOTALPAID", "TRX_TOTALDUE", "STATE")
    assert question.show_private
