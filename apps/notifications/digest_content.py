"""What a digest tells: what needs a person, what the period brought, where things stand. No amounts.

A bounded number of queries; none reads more than the period, what is open and what is in error, but for the one that
counts postings.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from apps.access.roles import Role
from apps.access.viewer import Viewer
from apps.delivery.models import IntegrationState
from apps.delivery.states import MOST_TELLING_FIRST, OPEN_STATES, IntegrationStatus, State
from apps.foundation.wording import translated
from apps.notifications.alert_conditions import (
    connection_down,
    documents_of,
    oldest_open,
    posted_between,
    worker_silent,
)
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.alert_words import POSTINGS, AlertWords, address_of, alert_words, moment
from apps.notifications.models import Digest
from apps.notifications.reasons import next_step_of, reason_of
from apps.postings.models import Posting
from apps.postings.selectors import in_error
from apps.postings.state_counts import state_counts

ERRORS_TOLD = 10
WORKER_SILENT_FOR = datetime.timedelta(minutes=3)


@dataclass(frozen=True)
class ErrorTold:
    """A posting in error: which, whose, since when it was submitted, why, what to do, and its page."""

    name: str
    company: str
    submitted: str
    reason: str
    next_step: str
    link: str


@dataclass(frozen=True)
class Figure:
    """A figure with the list behind it."""

    label: str
    number: int
    link: str = ""


@dataclass(frozen=True)
class OldestTold:
    name: str
    company: str
    since: str
    link: str


@dataclass(frozen=True)
class DigestContent:
    """In words of the language that was active."""

    since: str
    until: str
    errors: list[ErrorTold]
    errors_in_all: int
    errors_link: str
    troubles: list[AlertWords]
    period: list[Figure]
    standing: list[Figure]
    oldest: OldestTold | None
    master_data: list[Figure]
    master_data_link: str

    @property
    def more_errors(self) -> int:
        return self.errors_in_all - len(self.errors)

    @property
    def is_quiet(self) -> bool:
        """Nothing needs a person."""
        return not (self.errors_in_all or self.troubles or self.master_data)


def digest_content(digest: Digest, *, since: datetime.datetime, until: datetime.datetime) -> DigestContent:
    """Of the period from `since` on and before `until`, for the digest's companies."""
    viewer = Viewer(label="digest", role=Role.AUDITOR, company_ids=digest.company_ids())
    counts = state_counts(viewer)
    return DigestContent(
        since=moment(since),
        until=moment(until),
        errors=_errors(viewer),
        errors_in_all=counts[State.ERROR],
        errors_link=address_of(POSTINGS, query=f"?state={State.ERROR.value}"),
        troubles=_troubles(until),
        period=_period(viewer, since, until),
        standing=[
            Figure(str(state.label), counts[state], address_of(POSTINGS, query=f"?state={state.value}"))
            for state in MOST_TELLING_FIRST
            if counts[state] and state in (State.ERROR, *OPEN_STATES)
        ],
        oldest=_oldest(viewer),
        master_data=_master_data(),
        master_data_link=address_of("admin:delivery_integrationstate_changelist", query="?status__exact=error"),
    )


def _errors(viewer: Viewer) -> list[ErrorTold]:
    told = []
    for posting in in_error(viewer, most=ERRORS_TOLD):
        problems = [one.delivery.problem for one in posting.documents.all() if one.delivery.problem]
        problem = problems[0] if problems else {}
        told.append(
            ErrorTold(
                name=str(posting),
                company=posting.company.code,
                submitted=moment(posting.created_at),
                reason=reason_of(problem),
                next_step=next_step_of(problem),
                link=address_of("admin:postings_posting_change", posting.pk),
            )
        )
    return told


def _troubles(now: datetime.datetime) -> list[AlertWords]:
    found = {
        AlertKind.CONNECTION_DOWN: connection_down(),
        AlertKind.NO_WORKER: worker_silent(now, for_longer_than=WORKER_SILENT_FOR),
    }
    return [alert_words(kind, facts) for kind, facts in found.items() if facts is not None]


def _period(viewer: Viewer, since: datetime.datetime, until: datetime.datetime) -> list[Figure]:
    submitted = Posting.objects.visible_to(viewer).filter(created_at__gte=since, created_at__lt=until).count()
    documents = documents_of(viewer.company_ids)
    posted = posted_between(viewer.company_ids, since, until)
    failed = documents.filter(state=State.ERROR, updated_at__gte=since, updated_at__lt=until).count()
    return [
        Figure(_("Postings submitted"), submitted),
        Figure(_("Documents posted"), posted),
        Figure(_("Documents that ended in error and still are"), failed),
    ]


def _oldest(viewer: Viewer) -> OldestTold | None:
    oldest = oldest_open(viewer.company_ids)
    if oldest is None:
        return None
    posting = oldest.posting
    return OldestTold(
        name=str(posting),
        company=posting.company.code,
        since=moment(oldest.delivery.created_at),
        link=address_of("admin:postings_posting_change", posting.pk),
    )


def _master_data() -> list[Figure]:
    """Records that Sage Intacct does not take; they belong to no company."""
    broken = IntegrationState.objects.filter(status=IntegrationStatus.ERROR)
    rows = broken.values_list("node").annotate(number=Count("pk")).order_by("node")
    return [Figure(translated(node.replace("_", " ").capitalize()), number) for node, number in rows]
