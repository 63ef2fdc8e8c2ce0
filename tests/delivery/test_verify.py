"""Looking up what is unknown: presence is proof at any time, absence only after the horizon, seen twice."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
import requests
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.delivery import patience
from apps.delivery.deliverables import Expectation
from apps.delivery.models import Delivery, Probe
from apps.delivery.models.probe import Verdict
from apps.delivery.services.documents import differences
from apps.delivery.services.drain import DrainReport
from apps.delivery.states import State
from apps.mapping.look_up import Found, FoundLines
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

Submitted = Callable[..., Delivery]
Drained = Callable[..., DrainReport]
TimePasses = Callable[[Delivery, float], None]
HORIZON = 60.0
UNIT = HORIZON / 20
CREATE = {"object": "GLBATCH", "function": "create"}


def reloaded(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def verdicts(delivery: Delivery) -> list[str]:
    return list(delivery.probes.order_by("id").values_list("verdict", flat=True))


@pytest.fixture
def lost(connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess) -> Delivery:
    """A delivery whose request was never worked, and which the portal can't know that of."""
    delivery = submitted()
    sandbox.arm("reset_before", match=CREATE)
    drained()
    assert reloaded(delivery).state == State.VERIFYING
    return delivery


def test_absent_before_the_horizon_proves_nothing(lost: Delivery, drained: Drained, time_passes: TimePasses) -> None:
    time_passes(lost, 2.0)
    drained()
    assert reloaded(lost).state == State.VERIFYING
    assert verdicts(lost) == [Verdict.ABSENT_YET]


def test_absent_after_the_horizon_is_believed_only_when_seen_twice(
    lost: Delivery, drained: Drained, time_passes: TimePasses, sandbox: SandboxProcess
) -> None:
    time_passes(lost, HORIZON + 1)
    drained()
    assert reloaded(lost).state == State.VERIFYING
    assert verdicts(lost) == [Verdict.ABSENT]
    time_passes(lost, UNIT + 0.1)
    drained()
    sent_again = reloaded(lost)
    assert verdicts(lost) == [Verdict.ABSENT, Verdict.ABSENT]
    assert (sent_again.state, sent_again.resends, sent_again.epoch) == (State.POSTED, 1, 1)
    assert len(sandbox.objects("GLBATCH")) == 1
    first, second = lost.attempts.order_by("number")
    assert (first.outcome, second.outcome) == ("resolved", "success")
    assert first.control_id == second.control_id, (
        "a resend keeps the control ID: Intacct's own check is the second belt"
    )


def test_after_two_resends_a_person_takes_over(
    lost: Delivery, drained: Drained, time_passes: TimePasses, sandbox: SandboxProcess
) -> None:
    sandbox.arm("reset_before", match=CREATE, times=10)
    for _ in range(3):
        time_passes(lost, HORIZON + 1)
        drained()
        time_passes(lost, UNIT + 0.1)
        drained()
    given_up = reloaded(lost)
    assert given_up.state == State.ERROR
    assert given_up.problem is not None
    assert given_up.problem["kind"] == "unresolved"
    assert sandbox.objects("GLBATCH") == []
    assert sandbox.stats()["functions_by_name"]["create"] == 3


def test_a_look_up_that_fails_proves_nothing(
    lost: Delivery, drained: Drained, time_passes: TimePasses, sandbox: SandboxProcess
) -> None:
    time_passes(lost, HORIZON + 1)
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "query"})
    drained()
    assert verdicts(lost) == [Verdict.NO_ANSWER]
    assert reloaded(lost).state == State.VERIFYING


def test_a_record_of_another_amount_is_a_conflict(
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Drained,
    time_passes: TimePasses,
    sandbox: SandboxProcess,
) -> None:
    delivery = submitted()
    sandbox.arm("reset_after", match=CREATE)
    drained()
    expectation = {**reloaded(delivery).expectation, "total": "58.76"}
    Delivery.objects.filter(pk=delivery.pk).update(expectation=expectation)
    time_passes(delivery, 2)
    drained()
    conflict = reloaded(delivery)
    assert conflict.state == State.ERROR
    assert conflict.problem is not None
    assert conflict.problem["kind"] == "conflict"
    assert "total is 58.75, not 58.76" in conflict.problem["detail"]


def test_two_records_of_one_document_raise_the_highest_alarm(
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Drained,
    time_passes: TimePasses,
    sandbox: SandboxProcess,
) -> None:
    delivery = submitted()
    sandbox.set(uniqueid_mode="off")
    sandbox.arm("reset_after", match=CREATE)
    drained()
    payload = reloaded(delivery).payload
    copy = (
        "<request><control><senderid>XT_mfg</senderid><password>sandbox</password><controlid>copy</controlid>"
        "<uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control><operation><authentication><login>"
        "<userid>xml_gateway</userid><companyid>SANDBOX</companyid><password>sandbox</password></login>"
        f"</authentication><content><function controlid='copy'>{payload}</function></content></operation></request>"
    )
    requests.post(sandbox.endpoint, data=copy.encode(), timeout=PATIENCE).raise_for_status()
    assert len(sandbox.objects("GLBATCH")) == 2
    time_passes(delivery, 2)
    drained()
    twice = reloaded(delivery)
    assert twice.state == State.ERROR
    assert twice.problem is not None
    assert twice.problem["kind"] == "duplicate"
    assert verdicts(delivery)[-1] == Verdict.SEVERAL


def test_a_worker_that_died_before_the_attempt_costs_no_wait(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained
) -> None:
    delivery = submitted()
    gone = timezone.now() - datetime.timedelta(seconds=1)
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENDING, lease_token="dead", lease_until=gone)
    drained()
    again = reloaded(delivery)
    assert (again.state, again.crashes, Probe.objects.count()) == (State.POSTED, 1, 0)


def test_after_three_deaths_a_document_is_poison(
    connection: IntacctConfiguration, submitted: Submitted, drained: Drained, sandbox: SandboxProcess
) -> None:
    delivery = submitted()
    gone = timezone.now() - datetime.timedelta(seconds=1)
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENDING, lease_token="dead", lease_until=gone, crashes=2)
    drained()
    poison = reloaded(delivery)
    assert poison.state == State.ERROR
    assert poison.problem is not None
    assert poison.problem["kind"] == "poison"
    assert sandbox.objects("GLBATCH") == []


EXPECTED = Expectation("B-1", "SUPP-01", "USD", Decimal("10.00"), datetime.date(2026, 10, 1), 2)
SAME = Found("7", "", "m", "B-1", "SUPP-01", "USD", datetime.date(2026, 10, 1), Decimal("10"))
DIFFERENCES = [
    ("the same record", SAME, []),
    ("another total", Found(**{**SAME.__dict__, "total": Decimal("10.01")}), ["total is 10.01, not 10.00"]),
    ("another currency", Found(**{**SAME.__dict__, "currency": "EUR"}), ["currency is EUR, not USD"]),
    ("another supplier", Found(**{**SAME.__dict__, "counterparty": "X"}), ["counterparty is X, not SUPP-01"]),
    ("what its object does not carry", Found(**{**SAME.__dict__, "total": None, "currency": ""}), []),
]


@pytest.mark.parametrize(("case", "found", "expected"), DIFFERENCES, ids=[case[0] for case in DIFFERENCES])
def test_differences(case: str, found: Found, expected: list[str]) -> None:
    assert differences(EXPECTED, found, None) == expected


def test_lines_are_compared_where_the_object_has_no_total() -> None:
    bare = Found(**{**SAME.__dict__, "total": None})
    assert differences(EXPECTED, bare, FoundLines(2, Decimal("10.00"))) == []
    assert differences(EXPECTED, bare, FoundLines(3, Decimal("10.00"))) == ["number of lines is 3, not 2"]


def test_the_schedule_of_look_ups_is_the_documented_one() -> None:
    """With the default horizon of 20 minutes: +30 s, 2 min, 5 min, the horizon, +1 min, and so on."""
    connection = IntacctConfiguration(processing_horizon_seconds=1200)
    sent = timezone.now()
    moments, now = [], sent
    for _ in range(8):
        now = patience.next_look(connection, sent_at=sent, now=now)
        moments.append((now - sent).total_seconds())
    assert moments == [30, 120, 300, 1200, 1260, 4860, 15660, 44460]
