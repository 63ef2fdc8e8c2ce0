"""The trial balance of what is posted: by account, entity and currency, in transaction currency.

Sub-ledger documents as Intacct posts them: lines and taxes on one side, the control account on the other, entity by
entity (protocol 4.5 to 4.9).
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.models import StoredRecord
from apps.sandbox.values import CENT, read_date

Fields = Mapping[str, Any]
PAYABLES, RECEIVABLES, BANK = "2000", "1100", "1000"
# The side of a positive line: a bill is a debit of its lines, an invoice a credit.
SIDES = {"APBILL": 1, "APADJUSTMENT": 1, "ARINVOICE": -1, "ARADJUSTMENT": -1, "ARADVANCE": -1}


@dataclass(frozen=True)
class Company:
    """What entries need of the master data."""

    entities: Mapping[str, str]
    """Location → its entity."""
    currencies: Mapping[str, str]
    """Entity → its currency, where a document names none."""
    tax_accounts: Mapping[str, str]
    """Tax detail → its account."""


@dataclass(frozen=True)
class Entry:
    """An amount on an account: positive is a debit."""

    account: str
    entity: str
    currency: str
    amount: Decimal


def balances(entries: Iterable[Entry]) -> list[dict[str, str]]:
    """Debits and credits by account, entity and currency, sorted; what was never moved is not in it."""
    sums: dict[tuple[str, str, str], list[Decimal]] = {}
    for entry in entries:
        if entry.amount:
            sides = sums.setdefault((entry.account, entry.entity, entry.currency), [Decimal(0), Decimal(0)])
            sides[entry.amount < 0] += abs(entry.amount)
    return [
        {
            "account": account,
            "entity": entity,
            "currency": currency,
            "debit": str(debit.quantize(CENT)),
            "credit": str(credit.quantize(CENT)),
        }
        for (account, entity, currency), (debit, credit) in sorted(sums.items())
    ]


def entries_of(object_name: str, document: Fields, lines: Iterable[Fields], company: Company) -> list[Entry]:
    """What a document does to the accounts; a draft nothing."""
    if document.get("STATE") == "Draft":
        return []
    if object_name == "GLBATCH":
        return [entry for line in lines for entry in _line(line, int(line["TR_TYPE"]), document, company)]
    made: list[Entry] = []
    control: dict[tuple[str, str, str], Decimal] = {}
    for line in lines:
        own = list(_line(line, SIDES[object_name], document, company))
        made += own
        key = (line.get("OFFSETGLACCOUNTNO") or _control(object_name, document), own[0].entity, own[0].currency)
        control[key] = control.get(key, Decimal(0)) - sum(entry.amount for entry in own)
    return [*made, *(Entry(*key, amount) for key, amount in control.items())]


def _control(object_name: str, document: Fields) -> str:
    if object_name == "ARADVANCE":
        return document.get("UNDEPOSITEDACCOUNTNO") or BANK
    return PAYABLES if object_name.startswith("AP") else RECEIVABLES


def _line(line: Fields, side: int, document: Fields, company: Company) -> Iterator[Entry]:
    """The line, then its taxes on the same side: the halves of a reverse charge go to both."""
    location = line.get("LOCATIONID") or line.get("LOCATION") or ""
    entity = company.entities.get(location, location)
    currency = (
        line.get("CURRENCY")
        or document.get("CURRENCY")
        or document.get("BASECURR")
        or company.currencies.get(entity, "")
    )
    # An advance without an account stands on the customer's.
    yield Entry(line.get("ACCOUNTNO") or RECEIVABLES, entity, currency, side * Decimal(line["TRX_AMOUNT"]))
    for tax in line.get("TAXENTRIES") or []:
        yield Entry(company.tax_accounts.get(tax["DETAILID"], ""), entity, currency, side * Decimal(tax["TRX_TAX"]))


def posted(first: datetime.date, last: datetime.date) -> Iterator[Entry]:
    """The entries of everything stored whose GL date is in these days."""
    company = _company()
    for object_name in (*SIDES, "GLBATCH"):
        dated = "BATCH_DATE" if object_name == "GLBATCH" else "WHENPOSTED"
        lines: dict[int | None, list[Fields]] = {}
        for parent, fields in _stored(OBJECTS[object_name].lines_object, "parent"):
            lines.setdefault(parent, []).append(fields)
        for number, document in _stored(object_name, "record_no"):
            if first <= read_date(dated, document[dated]) <= last:
                yield from entries_of(object_name, document, lines.get(number, []), company)


def _stored(object_name: str, key: str) -> Iterator[tuple[int | None, Fields]]:
    rows = StoredRecord.objects.filter(object_name=object_name).order_by("record_no")
    yield from rows.values_list(key, "fields").iterator()


def _company() -> Company:
    def column(object_name: str, key: str, name: str) -> dict[str, str]:
        return {fields[key]: fields.get(name, "") for _, fields in _stored(object_name, "record_no")}

    locations = column("LOCATION", "LOCATIONID", "PARENTID")
    return Company(
        entities={location: parent or location for location, parent in locations.items()},
        currencies=column("LOCATIONENTITY", "LOCATIONID", "CURRENCY"),
        tax_accounts=column("TAXDETAIL", "DETAILID", "GLACCOUNT"),
    )


@require_GET
def trial_balance(request: HttpRequest) -> JsonResponse:
    """`?from=2026-10-01&to=2026-10-31`; without one of them from the beginning, or to the end."""
    try:
        first = datetime.date.fromisoformat(request.GET.get("from") or "0001-01-01")
        last = datetime.date.fromisoformat(request.GET.get("to") or "9999-12-31")
    except ValueError:
        return JsonResponse({"detail": "?from= and ?to= are dates, yyyy-mm-dd."}, status=400)
    return JsonResponse({"results": balances(posted(first, last))})
