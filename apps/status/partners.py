"""Customers and suppliers at a glance: what their list and their pages read, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.access.viewer import Viewer
from apps.delivery.models import IntegrationState
from apps.delivery.states import State
from apps.masterdata.models.address import Address
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.postings.models import Posting
from apps.postings.page import totals
from apps.postings.selectors import visible_postings
from apps.status.models import PartnerAmount, PartnerFigure

LAST_SHOWN = 10
FAILING_SHOWN = 10


@dataclass(frozen=True)
class PartnerPlaces:
    """Where a customer's or supplier's own rows are: primary keys, None where there is no such row."""

    record_id: int | None
    state_id: str | None


@dataclass(frozen=True)
class PartnerPage:
    """One customer or supplier with its figures, what fails and why, its last documents and its addresses."""

    figure: PartnerFigure
    places: PartnerPlaces
    amounts: Sequence[PartnerAmount]
    integration: IntegrationState | None
    failing: Sequence[Posting]
    last: Sequence[Posting]
    addresses: Sequence[Address]


def places_of(kind: str, codes: Iterable[str]) -> dict[str, PartnerPlaces]:
    """The record and the integration row of each of these IDs. Two queries."""
    codes = list(codes)
    records = dict(OUTBOUND_NODES[kind].model._default_manager.filter(code__in=codes).values_list("code", "pk"))
    states = dict(_states(kind).filter(key__in=codes).order_by().values_list("key", "pk"))
    return {code: PartnerPlaces(records.get(code), states.get(code)) for code in codes}


def _states(kind: str) -> Any:
    return IntegrationState.objects.filter(connection__is_active=True, node=kind)


def partner_page(figure: PartnerFigure, viewer: Viewer) -> PartnerPage:
    """The page of one. What fails is oldest first: it waits longest."""
    kind, node = figure.kind, OUTBOUND_NODES[figure.kind]
    record = node.model._default_manager.filter(code=figure.code).first()
    integration = _states(kind).filter(key=figure.code).first()
    postings = visible_postings(viewer).filter(**{kind: figure.code})
    last = list(postings.order_by("-id")[:LAST_SHOWN])
    failing: list[Posting] = []
    if figure.in_error:
        failing = list(postings.in_state(State.ERROR).order_by("id")[:FAILING_SHOWN])
    amounts = totals([*last, *failing])
    for posting in (*last, *failing):
        posting.total = amounts.get(posting.pk)  # type: ignore[attr-defined]
    return PartnerPage(
        figure=figure,
        places=PartnerPlaces(record.pk if record else None, integration.pk if integration else None),
        amounts=list(figure.amounts.all()),
        integration=integration,
        failing=failing,
        last=last,
        addresses=node.addresses_of(record),
    )
