"""Waits of deliveries: met, met meanwhile, met unnoticed, and dropped by a person."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, IntegrationState, Wait, WaitKind
from apps.delivery.services import waiting
from apps.delivery.services.claim import claim
from apps.delivery.services.dispatch import dispatch_from_schedule
from apps.delivery.services.drain import DrainReport
from apps.delivery.services.enqueue import NewDelivery, WaitFor, add_deliveries
from apps.delivery.services.outbound_states import mark_due, note_unchanged
from apps.delivery.services.retry import cancel_all
from apps.delivery.services.waiting import release_now, release_waiting, sweep
from apps.delivery.states import IntegrationStatus, State
from apps.foundation.audit import AuditEntry
from tests.sandbox_process import SandboxProcess

Submitted = Callable[..., Delivery]
CUSTOMER, ITEM = "CUSTOMER C-1", "ITEM PUMP-9"
OPEN_STATES = [State.PENDING, State.HELD]


@pytest.fixture
def due(configuration: IntacctConfiguration) -> list[IntegrationState]:
    """A customer and an item that are to be sent, and are not there yet."""
    mark_due(connection=configuration, node="customer", object_name="CUSTOMER", keys=["C-1"])
    mark_due(connection=configuration, node="item", object_name="ITEM", keys=["PUMP-9"])
    return list(IntegrationState.objects.order_by("pk"))


def wanted(number: str, *keys: str, after: int | None = None) -> NewDelivery:
    waits = tuple(WaitFor(WaitKind.MASTER_DATA, key, f"{key} is missing.") for key in keys)
    natural_key = ("test", number)
    return NewDelivery("posting", "GLBATCH", natural_key, number, "100", waits=waits, after=after)


def held(configuration: IntacctConfiguration, *keys: str, number: str = "D-1") -> Delivery:
    with transaction.atomic():
        (made,) = add_deliveries(connection=configuration, wanted=[wanted(number, *keys)])
    return made


def state(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def test_it_is_held_until_the_last_of_them_has_arrived(
    configuration: IntacctConfiguration, due: list[IntegrationState]
) -> None:
    delivery = held(configuration, CUSTOMER, ITEM)
    assert (state(delivery), Wait.objects.count()) == (State.HELD, 2)
    assert claim(configuration, batch_size=10) is None
    note_unchanged(due[:1])
    assert (state(delivery), Wait.objects.get().key) == (State.HELD, ITEM)
    note_unchanged(due[1:])
    assert (state(delivery), Wait.objects.count()) == (State.PENDING, 0)
    assert AuditEntry.objects.get(action="delivery_pending").detail == {"note": "Goes on."}


def test_what_arrived_between_the_check_and_the_storing_is_not_waited_for(
    configuration: IntacctConfiguration, due: list[IntegrationState]
) -> None:
    note_unchanged(due[:1])
    assert state(held(configuration, CUSTOMER)) == State.PENDING
    assert not Wait.objects.exists()


def test_of_another_connection_it_releases_nothing(
    configuration: IntacctConfiguration, due: list[IntegrationState]
) -> None:
    delivery = held(configuration, CUSTOMER)
    release_waiting(keys=[CUSTOMER], among=Wait.objects.filter(delivery__connection=configuration.pk + 1))
    release_waiting(keys=[CUSTOMER, ITEM])
    assert state(delivery) == State.HELD, "asked too early, it looks for itself"


@pytest.mark.usefixtures("due")
def test_what_nobody_let_go_is_found_by_the_schedule(
    configuration: IntacctConfiguration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between storing and releasing, or a restored row."""
    late, unmet = held(configuration, CUSTOMER), held(configuration, ITEM, number="D-2")
    forgotten = held(configuration, ITEM, number="D-3")
    Wait.objects.filter(delivery=forgotten).delete()
    IntegrationState.objects.filter(key="C-1").update(status=IntegrationStatus.SUCCESS, record_no="7", is_due=False)
    dispatch_from_schedule()
    assert [state(one) for one in (late, unmet, forgotten)] == [State.PENDING, State.HELD, State.PENDING]

    # However many wait, each sweep looks at a bounded number, and every one has its turn.
    again = held(configuration, ITEM, number="D-4")
    IntegrationState.objects.update(status=IntegrationStatus.SUCCESS, record_no="8", is_due=False)
    monkeypatch.setattr(waiting, "MOST_AT_ONCE", 1)
    moments = [timezone.now() + datetime.timedelta(minutes=minute) for minute in range(2)]
    for moment in moments:
        monkeypatch.setattr(waiting.clock, "database_now", lambda moment=moment: moment)
        assert sweep() <= 1
    sweep()
    assert [state(one) for one in (unmet, again)] == [State.PENDING, State.PENDING]


def test_the_sweep_of_a_portal_where_nothing_is_held_is_one_query(
    pending: Delivery, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert sweep() == 0
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert release_waiting(keys=[pending.pk]) == 0


def test_the_second_part_of_a_document_is_held_until_the_first_is_posted(configuration: IntacctConfiguration) -> None:
    with transaction.atomic():
        first, second = add_deliveries(connection=configuration, wanted=[wanted("P-1"), wanted("P-2", after=0)])
    assert [state(first), state(second)] == [State.PENDING, State.HELD]
    assert second.waits.get().words == "Journal entry P-1 is not in Sage Intacct yet."


def test_it_waits_through_an_unclear_answer_and_goes_when_the_first_is_found(
    connection: IntacctConfiguration,
    submitted: Submitted,
    drained: Callable[..., DrainReport],
    sandbox: SandboxProcess,
) -> None:
    first, second = submitted(), submitted()
    Delivery.objects.filter(pk=second.pk).update(state=State.HELD)
    Wait.objects.create(delivery=second, for_kind=WaitKind.DELIVERY, key=first.pk, words="After the first.")
    sandbox.arm("reset_after", match={"object": "GLBATCH", "function": "create"}, times=1)
    drained()
    assert [state(first), state(second)] == [State.VERIFYING, State.HELD]
    Delivery.objects.filter(pk=first.pk).update(due_at=timezone.now() - datetime.timedelta(seconds=1))
    drained()
    assert [state(first), state(second)] == [State.POSTED, State.POSTED], "in one go"
    assert len(sandbox.objects("GLBATCH")) == 2


def test_parts_are_cancelled_together_and_no_person_changes_their_order(configuration: IntacctConfiguration) -> None:
    with transaction.atomic():
        parts = add_deliveries(connection=configuration, wanted=[wanted("P-1"), wanted("P-2", after=0)])
    ids = [part.pk for part in parts]
    assert not release_now(delivery=parts[1], actor="test", behind=ids)
    assert state(parts[1]) == State.HELD
    assert cancel_all(deliveries=parts, from_states=OPEN_STATES, actor="test")
    assert [state(part) for part in parts] == [State.CANCELLED, State.CANCELLED]
    assert not Wait.objects.exists()


def test_what_may_have_arrived_is_not_cancelled_and_its_follower_stays(configuration: IntacctConfiguration) -> None:
    with transaction.atomic():
        parts = add_deliveries(connection=configuration, wanted=[wanted("P-1"), wanted("P-2", after=0)])
    claim(configuration, batch_size=1)
    assert not cancel_all(deliveries=parts, from_states=OPEN_STATES, actor="test")
    assert [state(part) for part in parts] == [State.SENDING, State.HELD]
    assert Wait.objects.count() == 1


@pytest.mark.skipif(database.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("arrives_first", [True, False])
def test_whoever_comes_first_it_never_waits_for_what_is_there(
    arrives_first: bool, configuration: IntacctConfiguration
) -> None:
    """One has done his part and not committed yet when the other comes: neither misses the other."""
    mark_due(connection=configuration, node="customer", object_name="CUSTOMER", keys=["C-1"])
    customer = IntegrationState.objects.get()

    def arrive() -> None:
        note_unchanged([customer])

    def store() -> None:
        held(configuration, CUSTOMER)

    def elsewhere(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            database.close()

    first, second = (arrive, store) if arrives_first else (store, arrive)
    other = threading.Thread(target=elsewhere, args=(second,))
    with transaction.atomic():
        first()
        other.start()
        other.join(0.3)
        assert other.is_alive(), "it waits for the first one's commit"
    other.join(10)
    assert (Delivery.objects.get().state, Wait.objects.count()) == (State.PENDING, 0)


@pytest.mark.skipif(database.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_the_last_two_things_arriving_at_once_let_it_go(configuration: IntacctConfiguration) -> None:
    mark_due(connection=configuration, node="customer", object_name="CUSTOMER", keys=["C-1"])
    mark_due(connection=configuration, node="item", object_name="ITEM", keys=["PUMP-9"])
    held(configuration, CUSTOMER, ITEM)
    one, two = IntegrationState.objects.order_by("pk")

    def elsewhere() -> None:
        try:
            note_unchanged([two])
        finally:
            database.close()

    other = threading.Thread(target=elsewhere)
    with transaction.atomic():
        note_unchanged([one])
        other.start()
        other.join(0.3)
    other.join(10)
    assert (Delivery.objects.get().state, Wait.objects.count()) == (State.PENDING, 0)
