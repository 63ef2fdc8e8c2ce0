"""A portal of any size: postings with lines, deliveries, attempts and history, and the customers and suppliers named.

One INSERT for each table, with SQL expressions of the row's number `i`, so that a million take minutes. The rows are as
the portal leaves them: spread over a year and three companies, with IDs that begin with their time, the newest sixty
pending, one in a hundred in error. Of the first thousand one in eleven is in error, so that a page of those fills there
too: a full page is compared with a full one.
"""

import datetime
from collections.abc import Mapping
from typing import Any

Expressions = Mapping[str, str]
"""By column: SQL of the number `i`."""

YEAR = 365
ERROR = "i %% CASE WHEN i < 1000 THEN 11 ELSE 100 END = 3"
PENDING_NOW = 60
PROBLEM = {
    "kind": "refused",
    "code": "BL01001973",
    "errors": [],
    "detail": "Payment term NET99 is not known.",
    "next_step": "Correct it, then retry.",
}


def fill(*, postings: range, partners: range, days_end: datetime.datetime) -> None:
    """So many postings and partners more. Half are a customer's, half a supplier's, each partner has his turn."""
    _partners("customer", "CUSTOMER", "C", partners)
    _partners("supplier", "VENDOR", "S", partners)
    _postings(postings, partners.stop, days_end)
    from django.db import connection

    if connection.vendor == "postgresql":  # by itself there; SQLite has no statistics, in production neither
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def is_pending(numbers: range) -> str:
    """The newest: what a portal that works has not sent yet."""
    return f"i >= {numbers.stop - PENDING_NOW} AND NOT ({ERROR})"


def is_posted(numbers: range) -> str:
    return f"NOT ({ERROR}) AND NOT ({is_pending(numbers)})"


def ulid(seconds: str) -> str:
    """An ID as ULIDs are: the time in milliseconds, base 32, and the row's number behind it."""
    digits = (
        f"substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', CAST(1 + (({seconds}) * 1000 / {32**place}) %% 32 AS integer), 1)"
        for place in reversed(range(10))
    )
    return f"{' || '.join(digits)} || {padded('i', 16)}"


def padded(expression: str, digits: int) -> str:
    """The number with leading zeros, in words that SQLite and PostgreSQL share."""
    return f"'{'0' * (digits - 7)}' || substr(CAST(10000000 + {expression} AS text), 2)"


def one_of(expression: str, *values: Any) -> str:
    """In turn one of the values, by the expression."""
    cases = " ".join(
        f"WHEN {index} THEN {value if isinstance(value, int) else repr(value)}" for index, value in enumerate(values)
    )
    return f"CASE ({expression}) %% {len(values)} {cases} END"


def copies(row: Any, expressions: Expressions, numbers: range, condition: str = "1 = 1") -> None:
    """A copy of an unsaved row for each number of which the condition is true, with expressions for some columns."""
    from django.db import connection

    fields = row._meta.concrete_fields
    given = {field.column for field in fields}
    assert set(expressions) <= given, f"{row._meta.label} has no {set(expressions) - given}"
    kept = [field for field in fields if field.column in expressions or not (field.primary_key and row.pk is None)]
    values, parameters = [], []
    for field in kept:
        if field.column in expressions:
            values.append(expressions[field.column])
        else:
            values.append("%s")
            parameters.append(field.get_db_prep_save(field.pre_save(row, add=True), connection))
    columns = ", ".join(f'"{field.column}"' for field in kept)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {row._meta.db_table} ({columns})
            WITH RECURSIVE n(i) AS (SELECT {numbers.start} UNION ALL SELECT i + 1 FROM n WHERE i < {numbers.stop - 1})
            SELECT {", ".join(values)} FROM n WHERE {condition}""",  # noqa: S608  our own words
            parameters,
        )


def _partners(node: str, object_name: str, letter: str, numbers: range) -> None:
    from django.utils import timezone

    from apps.configuration.models import IntacctConfiguration
    from apps.delivery.models import IntegrationState
    from apps.masterdata.models import Customer, CustomerAddress, Supplier, SupplierAddress

    model, address_model = {"customer": (Customer, CustomerAddress), "supplier": (Supplier, SupplierAddress)}[node]
    code, now = f"'{letter}' || {padded('i', 7)}", timezone.now()
    copies(
        model(payment_term="NET30", currency="USD"),
        {"id": "1 + i", "code": code, "name": f"{one_of('i', 'Albion', 'Brook', 'Castle', 'Dale')} || ' ' || {code}"},
        numbers,
    )
    copies(
        address_model(
            code="MAIN", is_primary=True, print_as="Main office", email="office@example.com", city="Reno", country="US"
        ),
        {"owner_id": "1 + i"},
        numbers,
    )
    state = {"node": node, "object_name": object_name, "connection": IntacctConfiguration.objects.get()}
    pk = f"'{letter}' || {padded('i', 25)}"
    integrated = IntegrationState(**state, status="success", last_integrated_at=now, updated_at=now)
    refused = IntegrationState(**state, status="error", last_message="The country is not known.", updated_at=now)
    waiting = IntegrationState(**state, status="pending", updated_at=now)
    named = {"id": pk, "key": code}
    copies(integrated, {**named, "record_no": "CAST(i + 1 AS text)"}, numbers, is_posted(numbers))
    copies(refused, named, numbers, ERROR)
    copies(waiting, named, numbers, is_pending(numbers))


def _postings(numbers: range, partners: int, end: datetime.datetime) -> None:
    from django.db import connection

    from apps.configuration.models import IntacctConfiguration
    from apps.delivery.models import Attempt, Delivery
    from apps.foundation.audit import AuditEntry
    from apps.organisation.models import Company, Site
    from apps.postings.deliverable import KIND
    from apps.postings.models import Posting, PostingLine, TargetDocument

    active = IntacctConfiguration.objects.get()
    companies = list(Company.objects.order_by("pk")[:3])
    sites = [Site.objects.filter(company=company).order_by("pk")[0].pk for company in companies]
    company, site = one_of("i", *(one.pk for one in companies)), one_of("i", *sites)
    currency = one_of("i", *(one.currency for one in companies))
    seconds = f"{int(end.timestamp())} - CAST({numbers.stop} - i AS bigint) * {YEAR * 86400} / {numbers.stop}"
    if connection.vendor == "postgresql":
        day, moment = f"CAST(to_timestamp({seconds}) AS date)", f"to_timestamp({seconds})"
    else:
        day, moment = f"date({seconds}, 'unixepoch')", f"datetime({seconds}, 'unixepoch')"
    pk, number = ulid(seconds), f"'D' || {padded('i', 7)}"
    partner = padded(f"(i / 2) %% {partners}", 7)
    today = end.date()
    copies(
        Posting(posting_date=today, document_date=today, content_sha256="0" * 64, submitted_by="bench"),
        {
            "id": pk,
            "company_id": company,
            "financial_site_id": site,
            "document_type": one_of("i", "sales_invoice", "purchase_invoice"),
            "number": number,
            "posting_date": day,
            "document_date": day,
            "currency": currency,
            "customer": f"CASE i %% 2 WHEN 0 THEN 'C' || {partner} ELSE '' END",
            "supplier": f"CASE i %% 2 WHEN 0 THEN '' ELSE 'S' || {partner} END",
            "created_at": moment,
        },
        numbers,
    )
    for index in (0, 1):
        amount = f"100 * ({index} + 1) + i %% 97"
        copies(
            PostingLine(
                index=index, movement_type="document", amount_type="amount_excluding_tax", account="4000",
                description="Pumps and valves", attributes={}, dimensions={},
            ),
            {
                "id": f"1 + 2 * CAST(i AS bigint) + {index}",
                "posting_id": pk,
                "side": one_of("i", "credit", "debit"),
                "amount": amount,
                "net_amount": amount,
                "site_id": site,
            },
            numbers,
        )  # fmt: skip
    shared: dict[str, Any] = {
        "connection": active, "kind": KIND, "integration_level": "top", "payload": "<create/>" * 40,
        "payload_sha256": "0" * 64, "due_at": end,
    }  # fmt: skip
    varied = {
        "id": pk,
        "object_name": one_of("i", "ARINVOICE", "APBILL"),
        "natural_key": number,
        "number": number,
        "key": padded("i", 64),
        "control_id": padded("i", 40),
        "created_at": moment,
        "updated_at": moment,
    }
    posted = {**varied, "record_no": "CAST(i + 1 AS text)", "posted_at": moment, "last_sent_at": moment}
    copies(Delivery(**shared, state="posted"), posted, numbers, is_posted(numbers))
    copies(Delivery(**shared, state="error", problem=PROBLEM), {**varied, "last_sent_at": moment}, numbers, ERROR)
    copies(Delivery(**shared, state="pending"), varied, numbers, is_pending(numbers))
    copies(TargetDocument(part="document"), {"id": "1 + i", "posting_id": pk, "delivery_id": pk}, numbers)
    tried = Attempt(
        number=1, epoch=1, payload_sha256="0" * 64, worker="bench", deadline_at=end, http_status=200, note="Answered."
    )
    same = {"id": pk, "delivery_id": pk, "control_id": padded("i", 40), "batch_id": padded("i / 100", 40)}
    times = {"started_at": moment, "finished_at": moment}
    tried.outcome = "success"
    copies(tried, {**same, **times}, numbers, is_posted(numbers))
    tried.outcome = "refused"
    copies(tried, {**same, **times}, numbers, ERROR)
    copies(
        AuditEntry(actor="bench", action="posting.submitted", subject_type="posting", at=end),
        {"subject_id": pk, "subject_label": number, "at": moment},
        numbers,
    )
