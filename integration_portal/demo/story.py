"""The demonstration: set up, test the connection, synchronise, post through the queue, and show what came of it."""

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from apps.access.models import ApiClient
from apps.access.viewer import Viewer, viewer_for_client
from apps.configuration.selectors import configuration_named
from apps.configuration.services.connection_test import ConnectionTest, test_connection
from apps.delivery.states import OPEN_STATES, State
from apps.foundation.errors import PortalError
from apps.postings.api.reading import read_document
from apps.postings.models import Posting
from apps.postings.selectors import visible_postings
from apps.postings.services.accepted import Submission
from apps.postings.services.submit import submit_many
from apps.reconciliation.result import Period, Reconciliation
from apps.reconciliation.services.reconcile import reconcile
from apps.synchronisation.models import RunState, SynchronisationRun, SynchronisedObject
from apps.synchronisation.selectors import synchronised_objects
from apps.synchronisation.services.inbound import synchronise
from integration_portal.demo.bodies import MONTH, submitted
from integration_portal.demo.company import ACTOR
from integration_portal.demo.documents import DemoDocument, demo_documents
from integration_portal.demo.totals import Difference, differences, expected_totals, sandbox_totals

Say = Callable[[str], None]


class DemoFailed(Exception):
    """A step of the demonstration did not end as it must."""


@dataclass(frozen=True)
class Row:
    """A line of the summary table."""

    document: str
    target: str
    state: State
    record_no: str
    expected: State
    reason: str
    problem: str
    must_say: str

    @property
    def as_expected(self) -> bool:
        return self.state == self.expected and self.must_say in self.problem


def test_the_connection() -> ConnectionTest:
    """Test the active configuration's connection. Raises `DemoFailed` with the failing step's words."""
    test = test_connection(configuration=configuration_named(None), actor=ACTOR)
    if not test.passed:
        failing = test.steps[-1]
        raise DemoFailed(f"The connection test failed. {failing.name}: {failing.detail} {failing.next_step}")
    return test


def synchronise_all() -> list[SynchronisationRun]:
    """Read the financial data. Raises `DemoFailed` when a run does not finish."""
    connection = configuration_named(None)
    runs = [synchronise(connection=connection, wanted=one, started_by=ACTOR) for one in SynchronisedObject.values]
    own = [one for one in synchronised_objects() if one not in SynchronisedObject.values]
    runs += [synchronise(connection=connection, wanted=one, started_by=ACTOR) for one in own]
    for run in runs:
        if run.state != RunState.FINISHED:
            raise DemoFailed(f"Synchronising {run.get_object_display()} failed: {'; '.join(run.messages)}")
    return runs


def submit_documents() -> int:
    """Submit the demo's documents as the demo's REST client; those accepted before stay. Returns how many are new."""
    viewer = _demo_viewer()
    new = 0
    documents = demo_documents()
    outcomes = submit_many(documents=[read_document(submitted(one.body)) for one in documents], viewer=viewer)
    for one, outcome in zip(documents, outcomes, strict=True):
        if not isinstance(outcome, Submission):
            raise DemoFailed(f"{one.body['number']} was refused: {outcome}")
        new += outcome.is_new
    return new


def _demo_viewer() -> Viewer:
    client = ApiClient.objects.filter(name="demo ERP", revoked=False).order_by("-created").first()
    if client is None:
        raise DemoFailed("The demo's REST client is missing: run load_demo first.")
    return viewer_for_client(client)


def wait_until_settled(*, seconds: float, poll: float = 0.5) -> bool:
    """Wait for the worker to settle every demo document. False when the time is over."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if not any(row.state in OPEN_STATES for row in summary()):
            return True
        time.sleep(poll)
    return False


def summary() -> list[Row]:
    """Each demo document with its target, state, record number, and the state that it must have."""
    postings = {
        (posting.company.code, posting.document_type, posting.number): posting
        for posting in visible_postings(_demo_viewer())
    }
    rows = []
    for one in demo_documents():
        posting = postings.get((one.body["company"], one.body["document_type"], one.body["number"]))
        if posting is not None:
            rows.append(_row(one, posting))
    return rows


def _row(one: DemoDocument, posting: Posting) -> Row:
    deliveries = [document.delivery for document in posting.documents.all()]
    return Row(
        document=str(posting),
        target=", ".join(delivery.object_name for delivery in deliveries),
        state=posting.state,
        record_no=", ".join(delivery.record_no for delivery in deliveries if delivery.record_no),
        expected=one.ends,
        reason=one.reason,
        problem=" ".join(str(delivery.problem["detail"]) for delivery in deliveries if delivery.problem),
        must_say=one.says,
    )


def totals_that_differ() -> list[Difference]:
    """Accounts of the sandbox that are not what the demo's documents make of them.

    Only a demonstration of its own starts with empty books: what somebody posts while it serves is no fault. Raises
    `DemoFailed` where the sandbox does not tell.
    """
    try:
        found = sandbox_totals(configuration_named(None).endpoint_url)
    except requests.RequestException as error:
        raise DemoFailed(f"The sandbox gave no trial balance: {error}") from None
    return differences(expected_totals(demo_documents()), found)


def reconciled() -> Reconciliation:
    """The demo's month, portal and sandbox side by side. Raises `DemoFailed` where the sandbox can't be asked."""
    year, month = MONTH
    days = Period(datetime.date(year, month, 1), datetime.date(year, month, 31))
    try:
        return reconcile(period=days, viewer=_demo_viewer())
    except PortalError as refusal:
        raise DemoFailed(f"Portal and sandbox could not be compared: {refusal}") from None


def table(rows: list[Row]) -> str:
    """The summary as text; a row that did not end as it must is marked."""
    lines = [f"{'document':<28} {'target':<10} {'state':<10} {'record':>7}", "-" * 60]
    for row in rows:
        mark = "" if row.as_expected else f"   ← must be {row.expected.value} {row.must_say}; {row.problem}"
        reason = f"   {row.reason}" if row.reason and row.as_expected else ""
        lines.append(f"{row.document:<28} {row.target:<10} {row.state.value:<10} {row.record_no:>7}{mark}{reason}")
    return "\n".join(lines)
