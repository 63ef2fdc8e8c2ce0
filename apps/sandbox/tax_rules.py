"""Taxes of a line and of a document: what they come to, and which may stand together (protocol 4.5 to 4.8, 5.2)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from apps.sandbox.failures import FunctionFailed, missing_field, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.models import StoredRecord
from apps.sandbox.posting_rules import referenced
from apps.sandbox.values import read_amount

Fields = dict[str, Any]
KINDS = {
    "ARINVOICE": "Sale", "ARADJUSTMENT": "Sale", "ARADVANCE": "Sale", "APBILL": "Purchase", "APADJUSTMENT": "Purchase",
}  # fmt: skip
IMPLICATIONS = {"Inbound": "Purchase", "Outbound": "Sale"}


def line_tax(line: Fields, ledger: Ledger, *, inclusive: bool = False) -> Decimal:
    """The taxes of a line, worked out where they are not given. Returns their sum.

    With inclusive tax the line's amount becomes what is left of its total, which stays as it is.
    """
    entries = line.get("TAXENTRIES") or []
    details = [_detail(entry, ledger) for entry in entries]
    rates = [Decimal(detail.fields.get("VALUE") or 0) for detail in details]
    base, parts = read_amount("TRX_AMOUNT", line["TOTALTRXAMOUNT" if inclusive else "TRX_AMOUNT"]), Decimal(100)
    if inclusive:
        parts += sum(rates)
    for entry, rate in zip(entries, rates, strict=True):
        tax = entry.get("TRX_TAX") or f"{base * rate / parts:f}"
        entry["TRX_TAX"] = str(read_amount("TRX_TAX", tax) + 0)  # no -0.00
    total = sum((Decimal(entry["TRX_TAX"]) for entry in entries), Decimal(0))
    if inclusive:
        line["TRX_AMOUNT"] = str(base - total)
    _check_reverse_charge(entries, details, base)
    return total


def check_taxes(object_name: str, fields: Fields, lines: Iterable[Fields], ledger: Ledger, *, required: bool) -> None:
    """Each detail of the right type, all of one solution. `required`: at top level the document names it."""
    entries = [entry for line in lines for entry in line.get("TAXENTRIES") or []]
    details = {entry["DETAILID"]: _detail(entry, ledger).fields for entry in entries}
    wanted = KINDS.get(object_name) or IMPLICATIONS.get(fields.get("TAXIMPLICATIONS", ""), "")
    for name, detail in details.items():
        kind = detail.get("TAXTYPE") or wanted
        if wanted and kind != wanted:
            raise refused(
                "BL03000018",
                f"Tax detail '{name}' is of type {kind}; this document takes tax details of type {wanted} only.",
                f"Use a tax detail of type {wanted}.",
            )
    solution = fields.get("TAXSOLUTIONID", "")
    if required and details and not solution and not ledger.entity and object_name in KINDS:
        raise missing_field("TAXSOLUTIONID")
    for name, detail in details.items():
        own = detail.get("TAXSOLUTIONID", "")
        # Within an entity the solution is the entity's; at top level the document's first one decides.
        solution = solution or ("" if ledger.entity else own)
        if solution and own != solution:
            raise refused(
                "BL03000018",
                f"Tax detail '{name}' belongs to the tax solution '{own}' and not to '{solution}'.",
                "Use tax details of one tax solution.",
            )


def _detail(entry: Fields, ledger: Ledger) -> StoredRecord:
    if not entry.get("DETAILID"):
        raise missing_field("DETAILID")
    found: StoredRecord = referenced(ledger, "TAXDETAIL", entry["DETAILID"])
    return found


def _check_reverse_charge(entries: list[Fields], details: list[StoredRecord], base: Decimal) -> None:
    """Both halves on the same line, each with the sign of its rate: together they come to nothing."""
    halves = [
        (entry, Decimal(detail.fields.get("VALUE") or 0))
        for entry, detail in zip(entries, details, strict=True)
        if detail.fields.get("REVERSECHARGE") == "true"
    ]
    if not halves:
        return
    if len(halves) != 2 or halves[0][1] + halves[1][1]:
        name = halves[0][0]["DETAILID"]
        raise _not_reversed(
            f"tax detail '{name}' needs its counterpart on the same line, and nothing else of its kind."
        )
    taxes = [Decimal(entry["TRX_TAX"]) for entry, _ in halves]
    if taxes[0] + taxes[1] or any(tax * rate * base < 0 for tax, (_, rate) in zip(taxes, halves, strict=True)):
        shown = " and ".join(f"{entry['DETAILID']} {entry['TRX_TAX']}" for entry, _ in halves)
        raise _not_reversed(f"the taxes of a line must net to zero, each with the sign of its rate, not {shown}.")


def _not_reversed(text: str) -> FunctionFailed:
    return refused("BL03000018", f"Reverse charge: {text}", "Give both tax details of the reverse charge.")
