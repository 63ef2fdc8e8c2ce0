"""Draining against the sandbox gateway: batches, refusals, unclear answers, who may call."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.delivery.models import Attempt, ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.services import health
from apps.delivery.services.claim import claim, prepare, recover_abandoned
from apps.delivery.services.clients import Clients
from apps.delivery.services.drain import DrainReport, drain
from apps.delivery.services.send import send
from apps.delivery.states import Outcome, State
from apps.organisation.models import Company
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

Submitted = Callable[..., Delivery]
Drained = Callable[..., DrainReport]
TimePasses = Callable[[Delivery, float], None]


def reloaded(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def test_many_documents_travel_in_one_request(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    deliveries = [submitted() for _ in range(12)]
    drained()
    assert {reloaded(one).state for one in deliveries} == {State.POSTED}
    assert len(sandbox.objects("GLBATCH")) == 12
    assert Attempt.objects.values("batch_id").distinct().count() == 1
    assert sandbox.stats()["requests"] == 2, "one to sign in, one for the documents"


def test_an_attempt_is_there_before_the_request_and_tells_the_whole_story(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained
) -> None:
    delivery = submitted(sales_invoice(description="<script> & ünïcode"))
    drained()
    (attempt,) = delivery.attempts.all()
    assert attempt.outcome == Outcome.SUCCESS
    assert attempt.control_id == delivery.control_id
    assert attempt.http_status == 200
    assert "&lt;script&gt; &amp; ünïcode" in attempt.request_xml
    assert attempt.control_id in attempt.response_xml
    assert "sandbox</password>" not in attempt.request_xml + attempt.response_xml


def test_one_refused_document_does_not_hide_the_others(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    good = [submitted(sales_invoice()) for _ in range(2)]
    bad = submitted(sales_invoice(customer="CUST-11"))
    drained()
    assert {reloaded(one).state for one in good} == {State.POSTED}
    refused = reloaded(bad)
    assert refused.state == State.ERROR
    assert refused.problem is not None
    assert "on hold" in refused.problem["detail"]
    assert refused.problem["next_step"]
    assert refused.problem["errors"][0]["errorno"]
    assert len(sandbox.objects("ARINVOICE")) == 2


UNCLEAR = [
    ("reset_after", {}),
    ("truncate", {}),
    ("truncate", {"at": "control"}),
    ("garbage", {}),
    ("wrong_type", {}),
    ("no_record_no", {}),
    ("drop_result", {}),
    ("doctype", {}),
    ("http_status", {"status": 503, "applied": True}),
]


@pytest.mark.parametrize(("fault", "more"), UNCLEAR, ids=lambda case: str(case))
def test_an_unclear_answer_is_looked_up_and_never_sent_again(
    fault: str,
    more: dict,
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Drained,
    time_passes: TimePasses,
    sandbox: SandboxProcess,
) -> None:
    delivery = submitted()
    sandbox.arm(fault, match={"object": "GLBATCH", "function": "create"}, **more)
    drained()
    assert reloaded(delivery).state == State.VERIFYING
    time_passes(delivery, 2)
    drained()
    found = reloaded(delivery)
    (record,) = sandbox.objects("GLBATCH")
    assert (found.state, found.record_no) == (State.POSTED, record["RECORDNO"])
    (attempt,) = delivery.attempts.all()
    assert attempt.outcome == Outcome.RESOLVED


def test_results_are_matched_by_control_id_not_by_position(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    deliveries = [submitted() for _ in range(5)]
    sandbox.arm("reorder", match={"object": "GLBATCH"})
    drained()
    numbers = {record["REFERENCENO"]: record["RECORDNO"] for record in sandbox.objects("GLBATCH")}
    assert {one.number: reloaded(one).record_no for one in deliveries} == numbers


def test_one_that_was_taken_back_while_it_travelled_gets_its_late_truth_and_the_others_theirs(
    connection: IntacctConfiguration, submitted: Submitted, sandbox: SandboxProcess, time_passes: TimePasses
) -> None:
    deliveries = [submitted() for _ in range(3)]
    batch = claim(connection, batch_size=10)
    assert batch is not None
    with Clients(connection) as clients:
        client = clients.for_entity("")
        prepared = prepare(batch, client, worker="slow")
        time_passes(deliveries[1], connection.lease.total_seconds() + 1)
        assert recover_abandoned(connection) == 1
        send(batch, prepared, client)
    assert {reloaded(one).state for one in deliveries} == {State.POSTED}
    outcomes = [one.attempts.get().outcome for one in deliveries]
    assert outcomes == [Outcome.SUCCESS, Outcome.RESOLVED, Outcome.SUCCESS]
    assert len(sandbox.objects("GLBATCH")) == 3


def test_a_session_that_ends_in_between_costs_one_sign_in_and_nothing_else(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    sandbox.arm("session_expired", match={"object": "GLBATCH"})
    drained()
    assert reloaded(delivery).state == State.POSTED
    assert delivery.attempts.count() == 1
    assert len(sandbox.objects("GLBATCH")) == 1


def test_wrong_credentials_pause_the_connection_and_use_up_no_attempt(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    sandbox.set(user_password="changed by somebody")
    drained()
    state = health.health_of(connection)
    assert state.flow == Flow.PAUSED
    assert state.reason
    assert state.next_step
    assert reloaded(delivery).state == State.PENDING
    assert not Attempt.objects.exists()
    failures = sandbox.stats()["functions_by_name"]["getAPISession"]
    drained()
    assert sandbox.stats()["functions_by_name"]["getAPISession"] == failures, "a paused connection is left alone"

    sandbox.set(user_password="sandbox")
    health.resume(connection=connection, actor="test")
    drained()
    assert reloaded(delivery).state == State.POSTED


def test_an_entity_that_is_closed_to_the_user_stops_only_its_own_documents(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, company: Company
) -> None:
    connection.integration_level = IntegrationLevel.ENTITY
    connection.save()
    closed = submitted()
    posted = submitted()
    # Entity 100 exists in the sandbox; make the first delivery one of an entity that does not.
    other = Delivery.objects.get(pk=closed.pk)
    other.pk, other.key, other.control_id, other.entity, other._state.adding = "X" * 26, "k" * 64, "c" * 40, "999", True
    other.save(force_insert=True)
    drained()
    assert reloaded(posted).state == State.POSTED
    stopped = Delivery.objects.get(pk="X" * 26)
    assert stopped.state == State.ERROR
    assert stopped.problem is not None
    assert "entity 999" in stopped.problem["detail"]
    assert health.health_of(connection).flow == Flow.FLOWING


def test_too_many_requests_rests_the_connection_and_costs_nothing(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    sandbox.arm("concurrency_429", match={"object": "GLBATCH"}, retry_after=1)
    drained()
    assert reloaded(delivery).state == State.PENDING
    assert health.health_of(connection).flow == Flow.RESTING
    drained()
    assert reloaded(delivery).state == State.PENDING, "a resting connection is left alone"
    ConnectionHealth.objects.update(rest_until=timezone.now())
    drained()
    assert reloaded(delivery).state == State.POSTED
    assert reloaded(delivery).resends == 0
    assert [attempt.outcome for attempt in delivery.attempts.order_by("number")] == ["transient", "success"]


def test_a_redirect_is_not_followed_and_pauses_the_connection(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    sandbox.arm("redirect", match={"object": "GLBATCH"})
    drained()
    assert health.health_of(connection).flow == Flow.PAUSED
    assert reloaded(delivery).state == State.VERIFYING


def test_a_gateway_that_is_down_makes_the_connection_rest_after_five_failures(
    configuration: IntacctConfiguration, submitted: Submitted
) -> None:
    delivery = submitted()
    for _ in range(8):
        drain(connection=configuration, budget_seconds=PATIENCE)
        ConnectionHealth.objects.update(rest_until=None)
    state = health.health_of(configuration)
    assert state.failures_in_a_row == 8
    assert state.flow == Flow.RESTING
    assert reloaded(delivery).state == State.PENDING
    assert not Attempt.objects.exists()


def test_an_inactive_configuration_sends_nothing(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    IntacctConfiguration.objects.update(is_active=False)
    drained()
    assert reloaded(delivery).state == State.PENDING
    assert sandbox.stats()["requests"] == 0


def test_batches_grow_while_answers_are_clear_and_shrink_when_one_is_not(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    for _ in range(26):
        submitted()
    drained()
    assert health.health_of(connection).batch_size == 30
    submitted()
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"})
    drained()
    assert health.health_of(connection).batch_size == 15


def test_a_failing_batch_of_bad_xml_isolates_the_culprit(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    good = [submitted(sales_invoice()) for _ in range(2)]
    bad = submitted(sales_invoice())
    Delivery.objects.filter(pk=bad.pk).update(
        payload="<create_invoice><nonsense/></create_invoice>", payload_sha256="x", expectation={"number": "x"}
    )
    drained()
    assert {reloaded(one).state for one in good} == {State.POSTED}
    refused = reloaded(bad)
    assert refused.state == State.ERROR
    assert refused.problem is not None
    assert refused.problem["code"] == "XL03000003"
    assert len(sandbox.objects("ARINVOICE")) == 2


def test_entity_level_posts_inside_the_entity(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    connection.integration_level = IntegrationLevel.ENTITY
    connection.save()
    delivery = submitted(purchase_invoice())
    drained()
    assert reloaded(delivery).state == State.POSTED
    assert delivery.entity == "100"
    (bill,) = sandbox.objects("APBILL")
    assert bill["MEGAENTITYID"] == "100"


def test_a_change_of_level_does_not_touch_what_was_accepted_before(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    before = submitted()
    connection.integration_level = IntegrationLevel.ENTITY
    connection.save()
    after = submitted()
    drained()
    owners = {record["REFERENCENO"]: record["MEGAENTITYID"] for record in sandbox.objects("GLBATCH")}
    assert owners == {before.number: "", after.number: "100"}


def test_without_the_custom_field_the_key_goes_to_the_description(
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Drained,
    time_passes: TimePasses,
    sandbox: SandboxProcess,
) -> None:
    connection.marker_mode = "description"
    connection.save()
    sandbox.set(custom_fields={})
    deliveries = [submitted(sales_shipment(description="Shipment")) for _ in range(2)]
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"})
    drained()
    for one in deliveries:
        time_passes(one, 2)
    drained()
    assert {reloaded(one).state for one in deliveries} == {State.POSTED}
    titles = sorted(record["BATCH_TITLE"] for record in sandbox.objects("GLBATCH"))
    assert titles == sorted(f"Shipment [{one.key[:20]}]" for one in deliveries)


def test_draining_is_a_sign_of_life(connection: IntacctConfiguration, drained: Drained) -> None:
    drained()
    assert WorkerHeartbeat.objects.count() == 1


def test_a_second_drain_finds_nothing_to_do(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    submitted()
    drained()
    requests = sandbox.stats()["requests"]
    assert drained() == DrainReport()
    assert sandbox.stats()["requests"] == requests
