"""Comparing a period while the caller waits: the command's and the demo's door to the same run."""

from apps.access.viewer import Viewer
from apps.delivery.states import RunState
from apps.foundation.wording import in_english
from apps.organisation.models import Company
from apps.reconciliation.errors import BooksNotRead
from apps.reconciliation.result import Period, Reconciliation
from apps.reconciliation.services.runs import start_comparison
from apps.reconciliation.services.work import work_to_the_end
from apps.reconciliation.stored import result_of


@in_english
def reconcile(*, period: Period, viewer: Viewer, company: Company | None = None) -> Reconciliation:
    """Portal and Intacct side by side for a period of posting dates: missing, extra, different, and exact totals.

    Asks Intacct and changes nothing over there, so that it may be repeated; the result is kept as any comparison's.
    Raises what `start_comparison` does, and `BooksNotRead` where any question stays unanswered.
    """
    run = start_comparison(period=period, viewer=viewer, company=company, wakes_worker=False)
    work_to_the_end(run=run)
    if run.state == RunState.FINISHED:
        return result_of(run)
    words = " ".join(run.messages) or f"The comparison did not end: it is {run.get_state_display().lower()}."
    raise BooksNotRead(words, next_step="See it under Reconciliation.")
