"""The largest document that is accepted can be sent."""

from collections.abc import Callable

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.services.drain import DrainReport
from apps.delivery.states import State
from tests.factories.documents import sales_shipment
from tests.sandbox_process import SandboxProcess


def test_a_journal_entry_of_ten_thousand_lines_is_posted_whole(
    connection: IntacctConfiguration,
    submitted: Callable[..., Delivery],
    drained: Callable[..., DrainReport],
    sandbox: SandboxProcess,
) -> None:
    # The lease is renewed by a thread that sees only what is committed, and here nothing is: no renewal falls due.
    connection.call_deadline_seconds, connection.processing_horizon_seconds = 300, 900
    connection.save()
    lines = [
        {"account": account, "amount": "0.01", "side": side, "description": f"Movement {number} of a large stock count"}
        for number in range(5_000)
        for account, side in (("5000", "debit"), ("1210", "credit"))
    ]
    delivery = submitted(sales_shipment(lines=lines))
    drained()
    delivery.refresh_from_db()
    assert delivery.state == State.POSTED, delivery.problem
    (entry,) = sandbox.objects("GLBATCH")
    assert len(entry["ENTRIES"]) == 10_000
