"""Each page with a thousand postings and with a million, on SQLite or with DATABASE_URL (`make bench`).

As a browser or a client gets them: whole pages from the test client, median of five, with 1,000 customers and as many
suppliers against 100,000. Also what rolling the figures up takes. Figures and what they mean: docs/performance.md.
"""

import argparse
import datetime
import time
from typing import Any

from benchmarks.filling import fill
from benchmarks.measuring import browser, measured, prepare

FEW = 1_000
PARTNERS = {FEW: 1_000}
ADMIN = {
    "first page": "/admin/",
    "postings": "/admin/postings/posting/",
    "postings, the last page": "/admin/postings/posting/?p={last}",
    "postings in error": "/admin/postings/posting/?state=error",
    "postings posted": "/admin/postings/posting/?state=posted",
    "postings pending": "/admin/postings/posting/?state=pending",
    "postings of a type": "/admin/postings/posting/?document_type=sales_invoice",
    "postings of a company": "/admin/postings/posting/?company__id__exact=2",
    "postings of a month": "/admin/postings/posting/?posting_date_from={month_ago}&posting_date_to={day}",
    "postings of a year": "/admin/postings/posting/?posting_date_from={year_ago}",
    "posted, of a type": "/admin/postings/posting/?state=posted&document_type=sales_invoice",
    "posting search, a number": "/admin/postings/posting/?q=D0000990",
    "posting search, a customer": "/admin/postings/posting/?q=C0000245",
    "posting search, nothing": "/admin/postings/posting/?q=nowhere",
    "postings by number": "/admin/postings/posting/?o=1",
    "postings by date": "/admin/postings/posting/?o=3",
    "one posting": "/admin/postings/posting/{posting}/change/",
    "deliveries": "/admin/delivery/delivery/",
    "attempts": "/admin/delivery/attempt/",
    "audit trail": "/admin/foundation/auditentry/",
    "customers at a glance": "/admin/status/customerfigure/",
    "the last page": "/admin/status/customerfigure/?p={last_partner}",
    "by name": "/admin/status/customerfigure/?o=1",
    "by status": "/admin/status/customerfigure/?o=-2",
    "by documents posted": "/admin/status/customerfigure/?o=-3",
    "by documents pending": "/admin/status/customerfigure/?o=-4",
    "by documents in error": "/admin/status/customerfigure/?o=-5",
    "by last activity, newest": "/admin/status/customerfigure/?o=-8",
    "by last activity, oldest": "/admin/status/customerfigure/?o=8",
    "status error": "/admin/status/customerfigure/?status__exact=error",
    "with documents in error": "/admin/status/customerfigure/?documents=in_error",
    "without documents": "/admin/status/customerfigure/?documents=none",
    "in error, by name": "/admin/status/customerfigure/?documents=in_error&o=1",
    "search, an ID": "/admin/status/customerfigure/?q=c0000990",
    "search, a name": "/admin/status/customerfigure/?q=albion",
    "search, nothing found": "/admin/status/customerfigure/?q=nowhere",
    "one customer at a glance": "/admin/status/customerfigure/{figure}/change/",
    "suppliers at a glance": "/admin/status/supplierfigure/",
    "customers": "/admin/masterdata/customer/",
    "customers, search": "/admin/masterdata/customer/?q=C0000990",
    "suppliers": "/admin/masterdata/supplier/",
    "one customer": "/admin/masterdata/customer/246/change/",
    "integration, finance": "/admin/postings/integrateddocument/",
    "integration, master data": "/admin/delivery/integrationstate/",
    "status of the connection": "/admin/status/connection/",
    "reconciliation": "/admin/reconciliation/reconciliationrun/",
    "status pages: companies": "/status/",
    "status page of a company": "/status/companies/100/",
}  # fmt: skip
REST = {
    "REST, status": "/api/v1/status/",
    "REST, postings": "/api/v1/postings/",
    "REST, postings in error": "/api/v1/postings/?state=error",
    "REST, postings posted": "/api/v1/postings/?state=posted",
    "REST, postings of a company": "/api/v1/postings/?company=200",
    "REST, postings of a customer": "/api/v1/postings/?customer=C0000245",
    "REST, postings changed": "/api/v1/postings/?updated_after={minute_ago}",
    "metrics": "/metrics",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--partners", type=int, default=100_000)
    parser.add_argument("--only", default="", help="pages whose name begins with this")
    parser.add_argument("--measure", type=int, default=0, help="fill nothing: so many postings are there already")
    options = parser.parse_args()
    prepare()
    if options.measure:
        for page, (seconds, queries) in measure(options.measure, options.only).items():
            print(f"{page:32} {seconds * 1000:8.0f} ms, {queries} queries", flush=True)
        return
    small = filled_and_measured(range(FEW), range(PARTNERS[FEW]), options.only)
    large = filled_and_measured(range(FEW, options.rows), range(PARTNERS[FEW], options.partners), options.only)
    for page, (seconds, queries) in large.items():
        before, queries_before = small[page]
        print(f"{page:32} {FEW:,}: {before * 1000:6.0f} ms, {queries_before} queries   {options.rows:,}: "
              f"{seconds * 1000:6.0f} ms, {queries} queries   ratio {seconds / before:5.1f}", flush=True)  # fmt: skip


def filled_and_measured(postings: range, partners: range, only: str) -> dict[str, tuple[float, int]]:
    from django.utils import timezone

    began = time.monotonic()
    fill(postings=postings, partners=partners, days_end=timezone.now())
    print(f"{len(postings):,} postings more in {time.monotonic() - began:.0f} s", flush=True)
    roll_up(500)
    return measure(postings.stop, only)


def roll_up(changed: int) -> None:
    """Everything once, and then an ordinary minute in which so many postings changed."""
    from django.utils import timezone

    from apps.delivery.models import Delivery, IntegrationState
    from apps.masterdata.models import Customer, Supplier
    from apps.status.models import RollUp
    from apps.status.services.roll_up import roll_up_figures

    for what, everything in (("everything", True), (f"{changed} changed", False)):
        if not everything:
            RollUp.objects.update(noted_until=timezone.now())
            for model in (Customer, Supplier, IntegrationState):  # filled just now, which no ordinary minute does
                model._default_manager.update(updated_at=timezone.now() - datetime.timedelta(days=1))
            some = list(Delivery.objects.order_by("-id").values_list("pk", flat=True)[:changed])
            Delivery.objects.filter(pk__in=some).update(updated_at=timezone.now())
        began = time.monotonic()
        counted = roll_up_figures(everything=everything, budget_seconds=float("inf"))
        print(f"rolled up, {what}: {counted:,} figures in {time.monotonic() - began:.1f} s", flush=True)


def measure(postings: int, only: str) -> dict[str, tuple[float, int]]:
    """Seconds and queries of each page."""
    from django.utils import timezone

    from apps.foundation.counting import MOST_COUNTED
    from apps.postings.models import Posting
    from apps.status.models import PartnerFigure

    now = timezone.now()
    places = {
        "last": min(postings, MOST_COUNTED) // 50,
        "last_partner": min(PartnerFigure.objects.filter(kind="customer").count(), MOST_COUNTED) // 50,
        "figure": PartnerFigure.objects.get(kind="customer", code="C0000245").pk,
        "posting": Posting.objects.get(number="D0000490").pk,
        "day": (now - datetime.timedelta(days=9)).date(),
        "month_ago": (now - datetime.timedelta(days=40)).date(),
        "year_ago": (now - datetime.timedelta(days=360)).date(),
        "minute_ago": (now - datetime.timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    found = {}
    for client, pages in ((browser(), ADMIN), (rest_client(), REST)):
        for page, address in pages.items():
            if page.startswith(only):
                found[page] = measured(client, address.format(**places))
    return found


def rest_client() -> Any:
    from rest_framework.test import APIClient

    from apps.access.roles import Role
    from apps.access.services.clients import create_client

    new = create_client(name=f"bench {time.time()}", role=Role.AUDITOR.value, company_codes=[], actor="bench")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {new.key}")
    return client


if __name__ == "__main__":
    main()
