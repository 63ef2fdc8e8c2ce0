"""The table of moves, held by the code and by the database."""

import itertools
import secrets

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.delivery.models import Attempt, Delivery, Probe
from apps.delivery.models.delivery import IllegalMove
from apps.delivery.states import INTEGRATION_STATUS, LOOKS, MOST_TELLING_FIRST, MOVES, Outcome, State

PAIRS = [pair for pair in itertools.product(State, State) if pair[0] != pair[1]]


def forced(delivery: Delivery, state: State) -> None:
    """Puts a delivery into a state by legal moves only."""
    routes = {
        State.PENDING: [],
        State.HELD: [State.HELD],
        State.SENDING: [State.SENDING],
        State.VERIFYING: [State.SENDING, State.VERIFYING],
        State.POSTED: [State.SENDING, State.POSTED],
        State.ERROR: [State.SENDING, State.ERROR],
        State.CANCELLED: [State.CANCELLED],
    }
    for step in routes[state]:
        values = values_for(step)
        Delivery.objects.filter(pk=delivery.pk).update(state=step, **values)


def values_for(state: State) -> dict[str, object]:
    """What the constraints ask of a row in this state."""
    if state == State.SENDING:
        return {"lease_token": "token", "lease_until": timezone.now()}
    values: dict[str, object] = {"lease_token": "", "lease_until": None}
    if state == State.POSTED:
        values["record_no"] = secrets.token_hex(4)
    if state == State.ERROR:
        values["problem"] = {"kind": "refused", "code": "x", "detail": "x", "next_step": "x", "errors": []}
    return values


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda state: state.value)
def test_the_database_allows_exactly_the_moves_of_the_table(old: State, new: State, pending: Delivery) -> None:
    forced(pending, old)
    rows = Delivery.objects.filter(pk=pending.pk)
    if new in MOVES[old]:
        assert rows.update(state=new, **values_for(new)) == 1
        return
    with pytest.raises(DatabaseError, match="no such move"), transaction.atomic():
        rows.update(state=new, **values_for(new))
    assert rows.get().state == old


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda state: state.value)
def test_move_refuses_what_the_table_does_not_have(old: State, new: State, pending: Delivery) -> None:
    if new in MOVES[old]:
        return
    with pytest.raises(IllegalMove):
        Delivery.objects.move(pending.pk, from_=(old,), to=new)


def test_move_changes_nothing_when_somebody_was_faster(pending: Delivery) -> None:
    assert Delivery.objects.move(pending.pk, from_=(State.PENDING,), to=State.CANCELLED)
    assert not Delivery.objects.move(pending.pk, from_=(State.PENDING,), to=State.CANCELLED)


def test_move_needs_the_lease_it_names(pending: Delivery) -> None:
    forced(pending, State.SENDING)
    assert not Delivery.objects.move(
        pending.pk, from_=(State.SENDING,), to=State.PENDING, lease_token="somebody else's"
    )
    assert Delivery.objects.move(pending.pk, from_=(State.SENDING,), to=State.PENDING, lease_token="token")
    pending.refresh_from_db()
    assert (pending.state, pending.lease_token, pending.lease_until) == (State.PENDING, "", None)


def test_every_state_and_outcome_has_a_look_a_rank_and_a_status() -> None:
    assert {*State, *Outcome} <= set(LOOKS)
    assert set(MOST_TELLING_FIRST) == set(State)
    assert set(INTEGRATION_STATUS) == set(State)


IDENTITY = [
    ("the key", {"key": "0" * 64}),
    ("the entity", {"entity": "200"}),
    ("the object", {"object_name": "APBILL"}),
    ("the level", {"integration_level": "entity"}),
    ("the control ID of an epoch", {"control_id": "0" * 40}),
    ("an epoch backwards", {"epoch": 1}),
]


@pytest.mark.parametrize(("what", "change"), IDENTITY, ids=[case[0] for case in IDENTITY])
def test_identity_and_scope_are_frozen_by_the_database(what: str, change: dict, pending: Delivery) -> None:
    if "epoch" in change:
        Delivery.objects.filter(pk=pending.pk).update(epoch=2, control_id="2" * 40)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Delivery.objects.filter(pk=pending.pk).update(**change)


def test_the_payload_of_an_epoch_is_frozen_and_a_new_epoch_may_have_another(pending: Delivery) -> None:
    rows = Delivery.objects.filter(pk=pending.pk)
    rows.update(payload="<create/>", payload_sha256="1")
    with pytest.raises(DatabaseError, match="payload"), transaction.atomic():
        rows.update(payload="<create>changed</create>")
    assert rows.update(epoch=2, control_id="2" * 40, payload="") == 1


CONSTRAINTS = [
    ("posted without record number", {"state": State.POSTED, "record_no": ""}),
    ("sending without lease", {"state": State.SENDING}),
    ("error without explanation", {"state": State.ERROR, "problem": None, "lease_token": "", "lease_until": None}),
    ("a state nobody knows", {"state": "lost"}),
]


@pytest.mark.parametrize(("what", "change"), CONSTRAINTS, ids=[case[0] for case in CONSTRAINTS])
def test_the_database_refuses(what: str, change: dict, pending: Delivery) -> None:
    if change["state"] == State.ERROR or change["state"] == State.POSTED:
        forced(pending, State.SENDING)
        change = {"lease_token": "", "lease_until": None, **change}
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=pending.pk).update(**change)


def an_attempt(delivery: Delivery, number: int, outcome: str | None) -> Attempt:
    now = timezone.now()
    return Attempt.objects.create(
        delivery=delivery,
        number=number,
        epoch=1,
        control_id=delivery.control_id,
        payload_sha256="x",
        batch_id="b",
        worker="w",
        started_at=now,
        deadline_at=now,
        outcome=outcome,
    )


@pytest.mark.parametrize("first", [None, Outcome.UNKNOWN], ids=["open", "unknown"])
def test_no_second_attempt_while_one_is_unsettled(first: str | None, pending: Delivery) -> None:
    an_attempt(pending, 1, first)
    with pytest.raises(DatabaseError), transaction.atomic():
        an_attempt(pending, 2, None)
    assert pending.attempts.count() == 1


def test_a_settled_attempt_lets_the_next_begin(pending: Delivery) -> None:
    an_attempt(pending, 1, Outcome.TRANSIENT)
    assert an_attempt(pending, 2, None).number == 2


OUTCOMES: list[tuple[str | None, str | None, bool]] = [
    (None, Outcome.SUCCESS, True),
    (None, Outcome.UNKNOWN, True),
    (Outcome.UNKNOWN, Outcome.RESOLVED, True),
    (Outcome.UNKNOWN, Outcome.SUCCESS, False),
    (Outcome.UNKNOWN, None, False),
    (Outcome.SUCCESS, Outcome.REFUSED, False),
    (Outcome.REFUSED, Outcome.SUCCESS, False),
    (Outcome.RESOLVED, Outcome.UNKNOWN, False),
    (Outcome.TRANSIENT, None, False),
]


@pytest.mark.parametrize(("old", "new", "allowed"), OUTCOMES)
def test_an_outcome_becomes_known_once(old: str | None, new: str | None, allowed: bool, pending: Delivery) -> None:
    attempt = an_attempt(pending, 1, old)
    rows = Attempt.objects.filter(pk=attempt.pk)
    if allowed:
        assert rows.update(outcome=new) == 1
        return
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(outcome=new)


def test_evidence_is_never_deleted(pending: Delivery) -> None:
    attempt = an_attempt(pending, 1, Outcome.SUCCESS)
    probe = Probe.objects.create(
        delivery=pending, asked_at=timezone.now(), scope="top level", looked_for="x", verdict="found"
    )
    for row in (attempt, probe, pending):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Probe.objects.filter(pk=probe.pk).update(verdict="absent")
