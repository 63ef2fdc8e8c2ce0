"""What the demo's documents must do to the accounts, reckoned from their JSON alone, beside what the sandbox holds.

Nothing of the portal's own accounting is used here: two ways to one figure are worth something only if they share none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import requests

from apps.delivery.states import State
from integration_portal.demo.bodies import FOUND, MONTH
from integration_portal.demo.documents import DemoDocument

CENT = Decimal("0.01")
RECEIVABLE, PAYABLE, BANK = "1100", "2000", "1000"
CONTROL = {
    "sales_invoice": RECEIVABLE,
    "sales_credit_note": RECEIVABLE,
    "purchase_invoice": PAYABLE,
    "purchase_credit_note": PAYABLE,
    "ar_advance": BANK,
}
LINES_ARE = {
    "sales_invoice": "credit",
    "sales_credit_note": "debit",
    "purchase_invoice": "debit",
    "purchase_credit_note": "credit",
    "ar_advance": "credit",
}
"""The side of an invoice's own lines."""

TAXES = {
    "US-NY-8.875": ("8.875", "2200"), "US-EXEMPT": ("0", "2200"), "GB-STD-OUT": ("20", "2210"),
    "FR-STD-OUT": ("20", "2210"), "FR-RED-OUT": ("5.5", "2210"), "FR-STD-IN": ("20", "1400"),
    "DE-STD-OUT": ("19", "2210"), "DE-STD-IN": ("19", "1400"), "GB-RC-IN": ("20", "1400"),
}  # fmt: skip
OWED_AT_ONCE = {"GB-RC-IN": "2210"}
"""Reverse charges: the account on which the tax is owed."""

Key = tuple[str, str, str]
"""Account, entity, currency."""

Totals = Mapping[Key, tuple[Decimal, Decimal]]
"""Debits and credits."""


@dataclass(frozen=True)
class Difference:
    """An account whose totals are not what they must be."""

    key: Key
    expected: tuple[Decimal, Decimal]
    found: tuple[Decimal, Decimal]

    def __str__(self) -> str:
        account, entity, currency = self.key
        return (
            f"account {account}, entity {entity}, {currency}: debit {self.found[0]} and credit {self.found[1]}, "
            f"expected {self.expected[0]} and {self.expected[1]}"
        )


def expected_totals(documents: Iterable[DemoDocument]) -> Totals:
    """What every document that is posted does, by account, entity and currency."""
    booked: dict[Key, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for one in documents:
        if one.ends == State.POSTED:
            for account, entity, signed in _booked(one.body):
                sides = booked[account, entity, one.body["currency"]]
                sides[0 if signed > 0 else 1] += abs(signed)
    return {key: (sides[0], sides[1]) for key, sides in booked.items() if any(sides)}


def _booked(body: dict[str, Any]) -> Iterable[tuple[str, str, Decimal]]:
    """Account, entity and amount, debits positive."""
    kind, entity = body["document_type"], body["financial_site"]
    taxes = _taxes(body)
    owed = Decimal(0)
    for index, line in enumerate(body["lines"]):
        side = line.get("side") or LINES_ARE[kind]
        sign = 1 if side == "debit" else -1
        detail, tax = taxes.get(index, ("", Decimal(0)))
        includes = line.get("amount_type") == "amount_including_tax"
        net = Decimal(line["amount"]) - (tax if includes else 0)
        yield line.get("account") or line[FOUND], entity, sign * net
        if tax:
            yield TAXES[detail][1], entity, sign * tax
        if detail in OWED_AT_ONCE:
            yield OWED_AT_ONCE[detail], entity, -sign * tax
        if line.get("movement_type", "document") == "document" and kind in CONTROL:
            owed -= sign * (net + (0 if detail in OWED_AT_ONCE else tax))
    if owed:
        yield CONTROL[kind], entity, owed


def _taxes(body: dict[str, Any]) -> dict[int, tuple[str, Decimal]]:
    """Each line's tax: as given, or that of the detail's sum with the difference on the largest line."""
    found: dict[int, tuple[str, Decimal]] = {}
    together: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, line in enumerate(body["lines"]):
        tax = line.get("tax")
        if tax and tax.get("amount") is not None:
            found[index] = (tax["detail"], Decimal(tax["amount"]))
        elif tax:
            together[tax["detail"], line.get("amount_type") == "amount_including_tax"].append(index)
    for (detail, includes), indexes in together.items():
        rate = Decimal(TAXES[detail][0])
        amounts = [Decimal(body["lines"][index]["amount"]) for index in indexes]
        each = [_tax(amount, rate, includes) for amount in amounts]
        each[amounts.index(max(amounts))] += _tax(sum(amounts, Decimal(0)), rate, includes) - sum(each, Decimal(0))
        found |= {index: (detail, tax) for index, tax in zip(indexes, each, strict=True)}
    return found


def _tax(amount: Decimal, rate: Decimal, includes: bool) -> Decimal:
    return (amount * rate / (100 + rate if includes else 100)).quantize(CENT, ROUND_HALF_UP)


def sandbox_totals(endpoint: str) -> Totals:
    """What the sandbox's books hold for the demo's month. Raises `requests.RequestException`."""
    year, month = MONTH
    answer = requests.get(
        f"{endpoint.removesuffix('ia/xml/xmlgw.phtml')}control/trial-balance/",
        params={"from": f"{year}-{month:02}-01", "to": f"{year}-{month:02}-31"},
        timeout=30,
    )
    answer.raise_for_status()
    return {
        (row["account"], row["entity"], row["currency"]): (Decimal(row["debit"]), Decimal(row["credit"]))
        for row in answer.json()["results"]
    }


def differences(expected: Totals, found: Totals) -> list[Difference]:
    """Where the two are not equal to the last decimal."""
    nothing = (Decimal(0), Decimal(0))
    return [
        Difference(key, expected.get(key, nothing), found.get(key, nothing))
        for key in sorted({*expected, *found})
        if expected.get(key, nothing) != found.get(key, nothing)
    ]
