"""How deliveries of master data ended, written down beside the records: idempotent, so that a crash loses nothing."""

from collections.abc import Sequence

from django.db import transaction

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, IntegrationState, Operation
from apps.delivery.problems import ProblemKind
from apps.delivery.services.outbound_states import Result, note_results, release, settled
from apps.delivery.states import IntegrationStatus, State
from apps.foundation.crash_points import reached
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.deletion import forget_deleted

AT_ONCE = 500
MOST_REPLANS = 3


def collect(connection: IntacctConfiguration) -> int:
    """Take over the results of all deliveries that have ended. Returns how many."""
    taken = 0
    while states := settled(connection, AT_ONCE):
        results = [_result(state, state.delivery) for state in states if state.delivery is not None]
        with transaction.atomic():  # what is noted is never looked at again: what follows from it goes with it
            note_results(results)
            reached("before_results_commit", document=states[0].key)
            _forget(results)
            _release(connection, results)
        reached("after_results_commit", document=states[0].key)
        taken += len(results)
    return taken


def _result(state: IntegrationState, delivery: Delivery) -> Result:
    if delivery.state == State.POSTED and delivery.operation == Operation.DELETE:
        return Result(
            state,
            delivery,
            IntegrationStatus.NOT_INTEGRATED,
            message="Deleted in Sage Intacct, as it was here.",
            integrated_at=delivery.posted_at,
        )
    if delivery.state == State.POSTED:
        return Result(
            state,
            delivery,
            IntegrationStatus.SUCCESS,
            fingerprint=str(delivery.expectation.get("fingerprint", "")),
            record_no=delivery.record_no,
            record_url=delivery.record_url or state.record_url,
            integrated_at=delivery.posted_at,
        )
    if delivery.state == State.CANCELLED:
        return Result(state, delivery, IntegrationStatus.NOT_INTEGRATED, message="Cancelled before it was sent.")
    problem = delivery.problem or {}
    return Result(
        state,
        delivery,
        IntegrationStatus.ERROR,
        message=str(problem.get("detail", "")),
        next_step=str(problem.get("next_step", "")),
        again=state.replans < MOST_REPLANS and _should_look_again(delivery, problem),
    )


def _should_look_again(delivery: Delivery, problem: dict[str, object]) -> bool:
    """Whether Intacct stands otherwise than when it was asked: made or deleted meanwhile, or held by documents."""
    if delivery.operation == Operation.DELETE or problem.get("kind") == ProblemKind.CONFLICT:
        return True
    return problem.get("code") in _STANDS_OTHERWISE[Operation(delivery.operation)]


_STANDS_OTHERWISE = {
    Operation.CREATE: frozenset({"BL34000061", "PL05000104", "BL03002185"}),  # it is there already
    Operation.UPDATE: frozenset({"BL01001973"}),  # it is not there any more, among other things
    Operation.DELETE: frozenset[str](),
}


def _forget(results: Sequence[Result]) -> None:
    """What is deleted over there needs no row here any more."""
    gone: dict[str, list[str]] = {}
    for one in results:
        if one.delivery.operation == Operation.DELETE and one.status == IntegrationStatus.NOT_INTEGRATED:
            gone.setdefault(one.state.node, []).append(one.state.key)
    for node, codes in gone.items():
        if node in OUTBOUND_NODES:
            forget_deleted(node=node, codes=codes)


def _release(connection: IntacctConfiguration, results: Sequence[Result]) -> None:
    arrived: dict[str, list[str]] = {}
    for one in results:
        if one.status == IntegrationStatus.SUCCESS:
            arrived.setdefault(one.state.object_name, []).append(one.state.key)
    for object_name, keys in arrived.items():
        release(connection, object_name=object_name, keys=keys)
