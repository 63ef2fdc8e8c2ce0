"""Comparing what the portal posted in a period with what Intacct holds of it."""

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.delivery.keys import is_marker
from apps.delivery.services.clients import TOP_LEVEL, Clients
from apps.foundation import audit
from apps.foundation.fields import SecretUnreadable
from apps.foundation.portions import portions
from apps.foundation.wording import in_english
from apps.intacct import Client, IntacctError
from apps.mapping.delivered_maps import DOCUMENTS
from apps.mapping.object_maps import delivered_object_map
from apps.mapping.period_question import MOST_NUMBERS
from apps.organisation.models import Company, Site
from apps.postings.comparison import Comparison, Scope
from apps.postings.errors import BooksNotRead, PeriodNotAcceptable
from apps.postings.reconciliation import MOST_LISTED, Kind, Ours, Period, Reconciliation
from apps.postings.services.intacct_books import IntacctBooks
from apps.postings.services.posted_documents import (
    PostedDocuments,
    companies_in_scope,
    journals_of,
    not_posted,
    posted_elsewhere,
)

MOST_DAYS = 400
_ORDER = list(Kind)


@in_english
def reconcile(*, period: Period, viewer: Viewer, company: Company | None = None) -> Reconciliation:
    """Portal and Intacct side by side for a period of posting dates: missing, extra, different, and exact totals.

    Asks Intacct and changes nothing but the audit journal, so that it may be repeated. What is posted meanwhile is
    looked for by its number before it counts as missing. Raises `PeriodNotAcceptable`, `NoActiveConfiguration`,
    `OptionOff`, and `BooksNotRead` where any question stays unanswered: then nothing is said at all.
    """
    require_period(period)
    companies = companies_in_scope(viewer, company)
    result = Reconciliation(period, company.code if company else "")
    try:
        connection = active_configuration()
        with Clients(connection) as clients:
            client = clients.for_entity(TOP_LEVEL)
            for object_name in DOCUMENTS.objects():
                _compare(object_name, result, connection, client, companies)
    except IntacctError as error:
        raise BooksNotRead(f"Intacct can't be asked: {error}", next_step=error.next_step) from error
    except SecretUnreadable as error:
        raise BooksNotRead(f"Intacct can't be asked: {error}") from error
    result.divergences.sort(key=lambda one: (_ORDER.index(one.kind), one.object_name, one.number, one.record_no))
    result.not_posted, result.not_posted_count = not_posted(period, companies, MOST_LISTED)
    result.elsewhere = posted_elsewhere(period, companies, connection)
    audit.record(_event(result, viewer))
    return result


def require_period(period: Period) -> None:
    """Raises `PeriodNotAcceptable`."""
    days = (period.last - period.first).days + 1
    if days < 1:
        raise PeriodNotAcceptable(
            f"The period would end on {period.last}, before it begins on {period.first}.",
            next_step="Give the first day first.",
        )
    if days > MOST_DAYS:
        raise PeriodNotAcceptable(
            f"From {period.first} to {period.last} are {days} days; {MOST_DAYS} can be compared at once.",
            next_step="Compare shorter periods one after the other.",
        )


def _compare(
    object_name: str,
    result: Reconciliation,
    connection: IntacctConfiguration,
    client: Client,
    companies: frozenset[int] | None,
) -> None:
    journals = journals_of(object_name)
    ours = PostedDocuments(connection, object_name, journals)
    asked = delivered_object_map(object_name)
    books = IntacctBooks(client, asked, in_field=asked.look_up.marked_in_field(connection.uses_marker_field))
    scope = Scope(journals=frozenset(journals.values()), companies=companies, entities=_entities(companies))
    comparison = Comparison(object_name, result, scope)
    for page in books.of_period(result.period):
        known = ours.with_record_numbers([one.record_no for one in page])
        markers = [one.marker for one in page if one.record_no not in known and is_marker(one.marker)]
        comparison.held(page, known, ours.with_markers(markers))
    for part in ours.posted_in(result.period, companies):
        for unseen in portions(comparison.unseen(part), MOST_NUMBERS):
            _look_for(unseen, comparison, books)
    comparison.finish()


def _look_for(unseen: list[Ours], comparison: Comparison, books: IntacctBooks) -> None:
    """By record number: it may have another date over there. Then by the key: it may have been made again."""
    found = books.with_record_numbers([one.record_no for one in unseen])
    records = {one.delivery_id: found.get(one.record_no) or comparison.copy_of(one) for one in unseen}
    marked = books.with_markers([one.marker for one in unseen if records[one.delivery_id] is None])
    for one in unseen:
        comparison.looked_for(one, records[one.delivery_id] or marked.get(one.marker))


def _entities(companies: frozenset[int] | None) -> frozenset[str] | None:
    """The entities that keep the books of these companies."""
    if companies is None:
        return None
    sites = Site.objects.filter(company__in=companies).select_related("financial_site")
    return frozenset(site.entity_id for site in sites)


def _event(result: Reconciliation, viewer: Viewer) -> audit.Event:
    days = f"{result.period.first} – {result.period.last}"
    counts = {kind.value: number for kind, number in result.counts.items()}
    outcome = "everything agrees" if result.agrees else ", ".join(f"{number} {kind}" for kind, number in counts.items())
    return audit.Event(
        actor=viewer.label,
        action="period_compared",
        subject_type="period",
        subject_id=days,
        subject_label=days,
        company=result.company,
        detail={
            "note": f"{result.agreeing} of {result.posted} agree; {outcome}.",
            "posted": result.posted,
            "agreeing": result.agreeing,
            **counts,
        },
    )
