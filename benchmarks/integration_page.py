"""The Integration page with a thousand rows and with a million, on SQLite or with DATABASE_URL (`make bench`).

Both halves, master data and finance, as a browser gets them: whole pages from the test client, signed in as superuser,
median of five. Figures and what they mean: docs/performance.md.
"""

import argparse
import time
from typing import Any

from benchmarks.filling import padded
from benchmarks.measuring import browser, measured, prepare

OBJECTS = (("account", "GLACCOUNT"), ("customer", "CUSTOMER"), ("item", "ITEM"), ("supplier", "VENDOR"))
MASTER_DATA = {
    "first page": "",
    "a later page": "p=15",
    "the last page offered": "p={last}",
    "status error": "status__exact=error",
    "status success": "status__exact=success",
    "object": "object_name__exact=VENDOR",
    "object and status": "object_name__exact=VENDOR&status__exact=error",
    "search, a key": "q=K0000990",
    "search, a record number": "q=990",
    "search, nothing found": "q=nowhere",
}
FINANCE = {
    "first page": "",
    "a later page": "p=15",
    "the last page offered": "p={last}",
    "status error": "status=error",
    "status success": "status=success",
    "object": "delivery__object_name=ARINVOICE",
    "an object that none has": "delivery__object_name=GLBATCH",
    "document type": "document_type=sales_invoice",
    "a type that none has": "document_type=stock_journal",
    "search, a number": "q=D0000990",
    "search, nothing found": "q=nowhere",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--actions", action="store_true", help="also what is done with all rows at once")
    options = parser.parse_args()
    prepare()
    few, rows = 1_000, options.rows
    small = filled_and_measured(range(few))
    large = filled_and_measured(range(few, rows))
    for (page, what), (seconds, queries) in large.items():
        before, queries_before = small[page, what]
        print(f"{page:12} {what:26} {few:,}: {before * 1000:6.0f} ms, {queries_before} queries   {rows:,}: "
              f"{seconds * 1000:6.0f} ms, {queries} queries   ratio {seconds / before:5.1f}", flush=True)  # fmt: skip
    if options.actions:
        act()


def filled_and_measured(numbers: range) -> dict[tuple[str, str], tuple[float, int]]:
    began = time.monotonic()
    from django.urls import reverse

    from apps.foundation.counting import MOST_COUNTED

    fill(numbers)
    print(f"{len(numbers):,} rows more of each half in {time.monotonic() - began:.0f} s", flush=True)
    client = browser()
    found = {}
    for page, name, addresses in (
        ("master data", "delivery_integrationstate", MASTER_DATA),
        ("finance", "postings_integrateddocument", FINANCE),
    ):
        for what, query in addresses.items():
            query = query.format(last=min(numbers.stop, MOST_COUNTED) // 50)
            found[page, what] = measured(client, f"{reverse(f'admin:{name}_changelist')}?{query}")
    return found


def fill(numbers: range) -> None:
    """So many rows of both halves: one in a hundred in error, all others integrated."""
    from django.db import connection

    failed, posted = templates()
    for rows, condition in ((failed, "i %% 100 = 3"), (posted, "i %% 100 <> 3")):
        for model, (row, values) in rows.items():
            copy_row(model, row, values, numbers, condition)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def copy_row(model: Any, row: Any, values: dict[str, str], numbers: range, condition: str) -> None:
    """A copy of a row for each number, with SQL expressions of the number `i` for some columns."""
    from django.db import connection

    table, columns = model._meta.db_table, [one.column for one in model._meta.concrete_fields]
    given = ", ".join(values.get(column, f"t.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s)
            INSERT INTO {table} ({", ".join(columns)}) SELECT {given} FROM n, {table} t
            WHERE t.id = %s AND {condition} ORDER BY i""",  # noqa: S608  our own words
            [numbers.start, numbers.stop - 1, row.pk],
        )


def templates() -> tuple[dict[Any, tuple[Any, dict[str, str]]], ...]:
    """A row of each table that failed and one that did not, and what is another in each copy."""
    import datetime

    from django.utils import timezone

    from apps.configuration.models import IntacctConfiguration
    from apps.delivery.models import Delivery, IntegrationState
    from apps.organisation.models import Company, Site
    from apps.postings.models import Posting, TargetDocument

    active, now, day = IntacctConfiguration.objects.get(), timezone.now(), datetime.date(2026, 11, 27)
    company = Company.objects.order_by("pk").first()
    number, text = padded("i", 7), "CAST(i AS text)"
    one_of = " ".join(f"WHEN {index} THEN '{{}}'" for index in range(len(OBJECTS)))
    nodes, names = (f"CASE i %% {len(OBJECTS)} {one_of.format(*some)} END" for some in zip(*OBJECTS, strict=True))
    found = []
    for failed in (True, False):
        which = "failed" if failed else "integrated"
        state, _ = IntegrationState.objects.get_or_create(
            key=which,
            object_name="GLACCOUNT",
            connection=active,
            defaults={
                "node": "account",
                "status": "error" if failed else "success",
                "last_message": "Payment term NET99 is not known." if failed else "",
                "last_integrated_at": None if failed else now,
                "updated_at": now,
            },
        )
        posting, _ = Posting.objects.get_or_create(
            company=company,
            document_type="sales_invoice",
            number=which,
            defaults={
                "financial_site": Site.objects.filter(company=company).first(),
                "posting_date": day,
                "document_date": day,
                "currency": "USD",
                "content_sha256": "0" * 64,
                "submitted_by": "bench",
            },
        )
        delivery, _ = Delivery.objects.get_or_create(
            key=which,
            defaults={
                "connection": active,
                "kind": "accounting",
                "object_name": "ARINVOICE",
                "natural_key": which,
                "number": which,
                "integration_level": "top",
                "control_id": which,
                "state": "error" if failed else "posted",
                "problem": {"detail": "Refused."} if failed else None,
                "record_no": "" if failed else "template",
                "due_at": now,
                "posted_at": None if failed else now,
            },
        )
        document, _ = TargetDocument.objects.get_or_create(posting=posting, delivery=delivery, part="main")
        record_no = "''" if failed else text
        pk = padded("i", 26)
        found.append(
            {
                IntegrationState: (
                    state,
                    {"id": pk, "node": nodes, "object_name": names, "key": f"'K' || {number}", "record_no": record_no},
                ),
                Posting: (posting, {"id": pk, "number": f"'D' || {number}"}),
                Delivery: (
                    delivery,
                    {
                        "id": pk,
                        "key": padded("i", 64),
                        "control_id": padded("i", 40),
                        "number": f"'D' || {number}",
                        "object_name": "CASE i %% 2 WHEN 0 THEN 'APBILL' ELSE 'ARINVOICE' END",
                        "record_no": record_no,
                    },
                ),
                TargetDocument: (document, {"id": "1000 + i", "posting_id": pk, "delivery_id": pk}),
            }
        )
    return tuple(found)


def act() -> None:
    """What is done with all rows at once: bounded memory, whatever it takes."""
    import resource

    from django.db import connection, transaction

    from apps.configuration.models import IntacctConfiguration
    from apps.delivery.models import IntegrationState
    from apps.synchronisation.services.integration_actions import reset_states, synchronise_states

    active = IntacctConfiguration.objects.get()
    chosen = IntegrationState.objects.filter(object_name__in=["CUSTOMER", "ITEM", "VENDOR"])
    for name, work in (
        ("synchronise", lambda: synchronise_states(states=chosen, connection=active, actor="bench").handed_over),
        ("reset", lambda: reset_states(states=chosen, connection=active, actor="bench")),
    ):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        with transaction.atomic():
            number = work()
            transaction.set_rollback(True)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{name} {number:,} rows: {time.monotonic() - began:.1f} s, {grown:.0f} MB more ({connection.vendor})")


if __name__ == "__main__":
    main()
