"""When Sage Intacct was last asked for something, and where outbound records stand."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.dimensions.selectors import own_types
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.synchronisation.models import RunState, SynchronisationRun, SynchronisedObject


@dataclass(frozen=True)
class LastAsked:
    """The last good answer's time, and the words of a failure since."""

    at: datetime.datetime | None
    failed: str = ""


def synchronised_objects() -> dict[str, str]:
    """Everything that can be synchronised with its label: dimensions that the company linked too, by their object.

    They come after what goes in and out everywhere. One query.
    """
    own = own_types().filter(is_active=True).values_list("intacct_object", "name")
    return {**{one.value: str(one.label) for one in SynchronisedObject}, **{str(name): label for name, label in own}}


def last_asked(wanted: str) -> LastAsked:
    """Two queries: the newest run of an object, and the newest that finished."""
    runs = SynchronisationRun.objects.filter(object=wanted)
    newest = runs.exclude(state=RunState.RUNNING).first()
    good = runs.filter(state=RunState.FINISHED).first()
    failed = " ".join(newest.messages) if newest is not None and newest.state == RunState.FAILED else ""
    return LastAsked(at=good.finished_at if good else None, failed=failed)


def outbound_records(node: str) -> QuerySet[Any, Any]:
    """Records of a kind that are not deleted, with `integration_status`, and their addresses where they have some."""
    kind = OUTBOUND_NODES[node]
    states = IntegrationState.objects.filter(node=node, connection__is_active=True, key=OuterRef("code"))
    rows: QuerySet[Any, Any] = kind.model._default_manager.alive().annotate(
        integration_status=Coalesce(Subquery(states.values("status")[:1]), Value(IntegrationStatus.NOT_INTEGRATED))
    )
    return rows if kind.address_model is None else rows.prefetch_related("addresses")


def integration_states_of(node: str, codes: Sequence[str]) -> dict[str, IntegrationState]:
    """Where records stand with the active configuration, by ID. One query."""
    states = IntegrationState.objects.filter(node=node, connection__is_active=True, key__in=codes)
    return {state.key: state for state in states}
