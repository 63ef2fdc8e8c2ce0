"""What a person may do to a delivery in error, and what happens to its identity then."""

from collections.abc import Callable

import pytest

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.services.drain import DrainReport
from apps.delivery.services.retry import ask_now, cancel_all, retry
from apps.delivery.states import State
from apps.foundation.audit import AuditEntry
from tests.factories.documents import sales_invoice
from tests.sandbox_process import SandboxProcess

Submitted = Callable[..., Delivery]
Drained = Callable[..., DrainReport]
TimePasses = Callable[[Delivery, float], None]


def reloaded(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


@pytest.fixture
def refused(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> Delivery:
    """A delivery that Intacct refused once, for a reason that is gone by now."""
    delivery = submitted(sales_invoice())
    sandbox.arm("error", match={"object": "ARINVOICE"}, errorno="BL03000060", description2="The period is closed.")
    drained()
    assert reloaded(delivery).state == State.ERROR
    return reloaded(delivery)


def test_a_retry_after_a_refusal_has_a_new_epoch_and_control_id_but_the_same_key(
    refused: Delivery, drained: Drained, sandbox: SandboxProcess
) -> None:
    assert retry(delivery=refused, actor="anna")
    again = reloaded(refused)
    assert (again.state, again.epoch, again.payload, again.problem) == (State.PENDING, 2, "", None)
    assert again.control_id != refused.control_id
    assert again.key == refused.key
    drained()
    assert reloaded(refused).state == State.POSTED
    assert len(sandbox.objects("ARINVOICE")) == 1
    entry = AuditEntry.objects.filter(subject_id=refused.pk, actor="anna").get()
    assert entry.action == "delivery_pending"


def test_the_second_of_two_retries_is_told_that_it_was_too_late(refused: Delivery) -> None:
    assert retry(delivery=refused, actor="anna")
    assert not retry(delivery=refused, actor="bert")
    assert AuditEntry.objects.filter(subject_id=refused.pk, actor="bert").count() == 0


def test_a_retry_where_intacct_may_have_it_asks_before_it_sends(
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Drained,
    time_passes: TimePasses,
    sandbox: SandboxProcess,
) -> None:
    delivery = submitted()
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"})
    drained()
    right = reloaded(delivery).expectation
    Delivery.objects.filter(pk=delivery.pk).update(expectation={**right, "total": "1.00"})
    time_passes(delivery, 2)
    drained()
    assert reloaded(delivery).state == State.ERROR
    Delivery.objects.filter(pk=delivery.pk).update(expectation=right)

    assert retry(delivery=reloaded(delivery), actor="anna")
    assert reloaded(delivery).state == State.VERIFYING
    drained()
    found = reloaded(delivery)
    assert (found.state, found.epoch, found.problem) == (State.POSTED, 1, None)
    assert sandbox.stats()["functions_by_name"]["create"] == 1


def test_when_a_person_removed_the_wrong_record_it_is_sent_under_a_new_control_id(
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Drained,
    time_passes: TimePasses,
    sandbox: SandboxProcess,
) -> None:
    delivery = submitted()
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"})
    drained()
    Delivery.objects.filter(pk=delivery.pk).update(expectation={**reloaded(delivery).expectation, "total": "1.00"})
    time_passes(delivery, 2)
    drained()
    assert reloaded(delivery).state == State.ERROR
    sandbox.forget_documents()

    retry(delivery=reloaded(delivery), actor="anna")
    time_passes(delivery, 61)
    drained()
    time_passes(delivery, 4)
    drained()
    posted = reloaded(delivery)
    assert (posted.state, posted.epoch) == (State.POSTED, 2)
    assert len(sandbox.objects("GLBATCH")) == 1


def test_ask_now_brings_the_look_up_forward(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"})
    drained()
    assert reloaded(delivery).state == State.VERIFYING
    assert ask_now(delivery=reloaded(delivery), actor="anna")
    drained()
    assert reloaded(delivery).state == State.POSTED


def test_pending_can_be_cancelled_and_is_never_sent(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    assert cancel_all(deliveries=[delivery], from_states=[State.PENDING], actor="anna")
    drained()
    assert reloaded(delivery).state == State.CANCELLED
    assert sandbox.objects("GLBATCH") == []


def test_what_may_have_arrived_cannot_be_cancelled(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"})
    drained()
    unknown = reloaded(delivery)
    assert not cancel_all(deliveries=[unknown], from_states=[State.PENDING, State.ERROR], actor="anna")
    assert reloaded(delivery).state == State.VERIFYING


def test_cancelling_is_all_or_nothing(connection: IntacctConfiguration, submitted: Submitted, drained: Drained) -> None:
    posted = submitted()
    drained()
    waiting = submitted()
    both = [waiting, reloaded(posted)]
    assert not cancel_all(deliveries=both, from_states=[State.PENDING], actor="anna")
    assert reloaded(waiting).state == State.PENDING
