"""What is paid on a posted record and what is due: the question, and its answer read into plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.foundation.money import LARGEST_AMOUNT, currency_digits, decimals_of
from apps.intacct import RECORD_NUMBER, OrderBy, Query, Record, is_in
from apps.mapping.delivered_maps import DOCUMENTS
from apps.mapping.object_maps import ObjectMap, PaymentMap

MOST_DECIMALS = 4
MOST_AT_ONCE = 500
"""Records in one question: one page of its answer, so that none is missed between two."""


@dataclass(frozen=True)
class FoundPayment:
    """The figures of one record. `currency` and `state` are empty where Intacct says none that is known."""

    record_no: str
    currency: str
    paid: Decimal
    due: Decimal
    state: str

    def why_not_kept(self, currency: str) -> str:
        """Why these figures can't be kept in a currency, in words; empty if they can: nothing is rounded."""
        digits = currency_digits(currency)
        most = MOST_DECIMALS if digits is None else digits
        if len(currency) != 3:
            return f"Sage Intacct gives the currency {currency!r}, which is no code of three letters."
        for amount in (self.paid, self.due):
            if abs(amount) > LARGEST_AMOUNT or decimals_of(amount) > most:
                return f"Sage Intacct gives {amount}, which can't be kept as an amount in {currency}."
        return ""


@dataclass(frozen=True)
class UnreadablePayment:
    """A record whose figures can't be kept, and why."""

    record_no: str
    words: str


def payment_objects() -> tuple[str, ...]:
    """The Intacct objects whose map says where their payment stands."""
    return tuple(name for name in DOCUMENTS.objects() if "payment" in DOCUMENTS.of(name))


def payments_of(mapped: ObjectMap, record_numbers: Sequence[str]) -> Query:
    """These records, 500 at the most, whichever entity they are private to."""
    payment = _payment(mapped)
    wanted = (RECORD_NUMBER, mapped.look_up.currency, payment.paid, payment.due, payment.state)
    return Query(
        control_id=f"read-payments-{mapped.object_name.lower()}",
        object_name=mapped.object_name,
        select=tuple(dict.fromkeys(name for name in wanted if name)),
        filter=is_in(RECORD_NUMBER, list(record_numbers)),
        order_by=(OrderBy(RECORD_NUMBER),),
        page_size=MOST_AT_ONCE,
        show_private=True,
    )


def read_payments(mapped: ObjectMap, rows: Iterable[Record]) -> dict[str, FoundPayment | UnreadablePayment]:
    """Rows of `payments_of` by record number."""
    return {row.record_no: _read(mapped, row) for row in rows}


def _read(mapped: ObjectMap, row: Record) -> FoundPayment | UnreadablePayment:
    payment = _payment(mapped)
    currency = (row.text(mapped.look_up.currency) or "").strip() if mapped.look_up.currency else ""
    amounts = []
    for name in (payment.paid, payment.due):
        try:
            amount = row.decimal(name)
        except ValueError:
            return UnreadablePayment(row.record_no, f"{name} holds {row.text(name)!r}, which is no amount.")
        if amount is None:
            return UnreadablePayment(row.record_no, f"{name} is empty.")
        amounts.append(amount)
    words = {word.lower(): ours for word, ours in payment.words.items()}
    state = words.get((row.text(payment.state) or "").strip().lower(), "")
    return FoundPayment(row.record_no, currency, amounts[0], amounts[1], state)


def _payment(mapped: ObjectMap) -> PaymentMap:
    if mapped.payment is None:
        raise KeyError(f"The map of {mapped.object_name} does not say where its payment stands.")
    return mapped.payment
