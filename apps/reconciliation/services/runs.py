"""Starting and cancelling a comparison; what all runs share is in `apps.delivery.services.runs`."""

import datetime

from django.db import IntegrityError, transaction

from apps.access.viewer import Viewer
from apps.configuration.selectors import active_configuration
from apps.delivery.services import runs
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.organisation.models import Company
from apps.reconciliation.errors import ComparisonHasEnded, ComparisonIsOpen, PeriodNotAcceptable
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.result import Period
from apps.reconciliation.services.posted_documents import companies_in_scope
from apps.reconciliation.stored import companies_of

MOST_DAYS = 400


@in_english
def start_comparison(
    *,
    period: Period,
    viewer: Viewer,
    company: Company | None = None,
    night: datetime.date | None = None,
    wakes_worker: bool = True,
) -> ReconciliationRun:
    """Store a comparison of the viewer's companies, or of one of them, and wake a worker unless the caller works it.

    `night`: it is that night's. Raises `PeriodNotAcceptable`, `NoActiveConfiguration`, `OptionOff`, and
    `ComparisonIsOpen`: one at a time with a connection, and one a night.
    """
    require_period(period)
    connection = active_configuration()
    require(OptionCode.SAGE_INTACCT)
    companies = companies_in_scope(viewer, company)
    run = ReconciliationRun(
        connection=connection,
        first=period.first,
        last=period.last,
        covers_all=companies is None,
        night=night,
        started_by=viewer.label,
    )
    try:
        with transaction.atomic():
            started = event_of(run, "comparison_started", viewer.label, company=company.code if company else "")
            runs.store_run(run, started, wakes_worker=wakes_worker)
            run.companies.set(companies or ())
    except IntegrityError:
        raise ComparisonIsOpen(
            "A period is being compared with Sage Intacct already.",
            next_step="Wait until that comparison has ended, or cancel it under Reconciliation.",
        ) from None
    return run


@in_english
def cancel_comparison(*, run: ReconciliationRun, actor: str) -> None:
    """Stop a comparison after the page that is being read; what it found stays. Raises `ComparisonHasEnded`."""
    if not runs.cancel(run, event_of(run, "comparison_cancelled", actor, company=companies_of(run))):
        raise ComparisonHasEnded(f"The comparison {run} has ended.", next_step="Reload it to see how.")


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


def event_of(
    run: ReconciliationRun, action: str, actor: str, *, company: str = "", detail: dict[str, object] | None = None
) -> audit.Event:
    days = f"{run.first} – {run.last}"
    return audit.Event(
        actor=actor,
        action=action,
        subject_type="period",
        subject_id=days,
        subject_label=days,
        company="" if "," in company else company,  # the journal names one or none
        detail=detail or {},
    )
