"""Everything that the postings' pages show, read in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse

from apps.access.roles import Action, Role
from apps.access.viewer import Viewer
from apps.delivery.models import Attempt, ConnectionHealth, Delivery, Probe
from apps.delivery.states import LOOKS, MOST_TELLING_FIRST, Look, State
from apps.foundation.audit import AuditEntry
from apps.foundation.fields import MoneyField
from apps.postings.document_types import JOURNAL_ENTRY, TARGETS, Side
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.postings.selectors import reversal_of, visible_postings, waits_for, with_lines

NEVER_SENT = frozenset({State.PENDING, State.HELD})


@dataclass(frozen=True)
class DeliveryStory:
    """One Intacct document of the posting: its attempts and look-ups, newest first."""

    delivery: Delivery
    state: State
    look: Look
    attempts: list[Attempt]
    probes: list[Probe]
    received_url: str
    """Where the sandbox gateway shows what it received under the control ID; empty where there is no sandbox."""


@dataclass(frozen=True)
class PostingPage:
    posting: Posting
    state: State
    look: Look
    lines: list[PostingLine]
    debit: Decimal
    credit: Decimal
    tax: Decimal
    balances: bool
    control_side: str
    deliveries: list[DeliveryStory]
    timeline: list[AuditEntry]
    health: ConnectionHealth | None
    may_retry: bool
    may_ask: bool
    may_correct: bool
    may_cancel: bool
    may_reverse: bool
    may_see_messages: bool
    total: Decimal
    """What Intacct puts on the control account: the document's total with its tax; an entry's debit side."""
    footing: Decimal
    """Each side's sum once the control account's line and the tax are in."""
    problems: list[dict[str, object]] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    reverses: Posting | None = None
    reversed_by: Posting | None = None


def posting_page(pk: str, viewer: Viewer) -> PostingPage | None:
    """The page of one of the viewer's postings, or None where it is not there for him."""
    posting = with_lines(visible_postings(viewer)).filter(pk=pk).first()
    if posting is None:
        return None
    deliveries = [document.delivery for document in posting.documents.all()]
    lines = list(posting.lines.all())
    debit = sum((line.amount for line in lines if line.side == Side.DEBIT), Decimal(0))
    credit = sum((line.amount for line in lines if line.side == Side.CREDIT), Decimal(0))
    debit_tax = sum((line.tax_amount or Decimal(0) for line in lines if line.side == Side.DEBIT), Decimal(0))
    credit_tax = sum((line.tax_amount or Decimal(0) for line in lines if line.side == Side.CREDIT), Decimal(0))
    natural = TARGETS[posting.document_type].natural_side
    states = {State(delivery.state) for delivery in deliveries}
    may_see_messages = viewer.may(Action.SEE_MESSAGES)
    return PostingPage(
        posting=posting,
        state=posting.state,
        look=LOOKS[posting.state],
        lines=lines,
        debit=debit,
        credit=credit,
        tax=debit_tax + credit_tax,
        balances=debit == credit,
        control_side="" if natural is None else ("credit" if debit > credit else "debit"),
        deliveries=_stories(deliveries, with_received=may_see_messages),
        timeline=list(
            AuditEntry.objects.filter(
                Q(subject_type="delivery", subject_id__in=[delivery.pk for delivery in deliveries])
                | Q(subject_type="posting", subject_id=posting.pk)
            ).order_by("-id")[:50]
        ),
        health=ConnectionHealth.objects.filter(connection=deliveries[0].connection_id).first(),
        may_retry=viewer.may(Action.RETRY) and State.ERROR in states,
        may_correct=viewer.may(Action.CORRECT) and states == {State.ERROR},
        may_ask=viewer.may(Action.RETRY) and State.VERIFYING in states,
        may_cancel=viewer.may(Action.CANCEL) and states <= _cancellable(viewer),
        may_reverse=viewer.may(Action.REVERSE) and _is_reversible(posting, deliveries),
        may_see_messages=may_see_messages,
        footing=max(debit + debit_tax, credit + credit_tax),
        total=totals([posting]).get(posting.pk, Decimal(0)),
        problems=[delivery.problem for delivery in deliveries if delivery.problem],
        waits_for=waits_for(posting),
        reverses=posting.reverses,
        reversed_by=reversal_of(posting),
    )


def _is_reversible(posting: Posting, deliveries: list[Delivery]) -> bool:
    """Whether the button is worth showing; the service looks closer."""
    is_entry = {delivery.object_name for delivery in deliveries} == {JOURNAL_ENTRY}
    is_new = posting.reverses_id is None and reversal_of(posting) is None
    return is_entry and is_new and posting.state == State.POSTED


def _cancellable(viewer: Viewer) -> frozenset[State]:
    return NEVER_SENT | {State.ERROR} if viewer.role == Role.INTEGRATION_ADMIN else NEVER_SENT


def _stories(deliveries: list[Delivery], *, with_received: bool) -> list[DeliveryStory]:
    ids = [delivery.pk for delivery in deliveries]
    attempts = list(Attempt.objects.filter(delivery__in=ids).order_by("-id"))
    probes = list(Probe.objects.filter(delivery__in=ids).order_by("-id"))
    return [
        DeliveryStory(
            delivery=delivery,
            state=State(delivery.state),
            look=LOOKS[delivery.state],
            attempts=[one for one in attempts if one.delivery_id == delivery.pk],
            probes=[one for one in probes if one.delivery_id == delivery.pk],
            received_url=received_url(delivery.control_id) if with_received else "",
        )
        for delivery in deliveries
    ]


def received_url(control_id: str) -> str:
    """Where the sandbox gateway shows what it received under a control ID; empty where there is no sandbox."""
    try:
        return reverse("sandbox:received-page", args=[control_id])
    except NoReverseMatch:
        return ""


def state_counts(viewer: Viewer) -> dict[State, int]:
    """How many of the viewer's postings are in each state.

    Open states are counted through the index of their few rows; what is left of all is posted. So a million posted
    cost no scan, and each number is the length of the list that it links to.
    """
    mine = Posting.objects.visible_to(viewer)
    counts: dict[State, int] = {}
    for state in MOST_TELLING_FIRST:
        if state != State.POSTED:
            near = NEVER_SENT if state in NEVER_SENT else {state}
            parts = TargetDocument.objects.filter(delivery__state__in=near)
            counts[state] = mine.filter(pk__in=parts.values("posting")).in_state(state).count()
    counts[State.POSTED] = mine.count() - sum(counts.values())
    return counts


def in_error(viewer: Viewer, *, most: int) -> list[Posting]:
    """The oldest postings in error: a person's work list."""
    parts = TargetDocument.objects.filter(delivery__state=State.ERROR)
    return list(visible_postings(viewer).filter(pk__in=parts.values("posting")).order_by("created_at", "pk")[:most])


def totals(postings: Iterable[Posting]) -> dict[str, Decimal]:
    """The total of each posting by its ID: what an invoice is for, tax included; an entry's debit side."""
    entries = {posting.pk for posting in postings if TARGETS[posting.document_type].natural_side is None}
    rows = (
        PostingLine.objects.filter(posting__in=[posting.pk for posting in postings])
        .values_list("posting", "side")
        .annotate(amount=Sum("amount"), tax=Coalesce(Sum("tax_amount"), Decimal(0), output_field=MoneyField()))
        .order_by()
    )
    found: dict[str, Decimal] = {}
    for pk, side, amount, tax in rows:
        if pk in entries:
            signed = amount if side == Side.DEBIT else Decimal(0)
        else:
            signed = amount + tax if side == Side.DEBIT else -amount - tax
        found[pk] = found.get(pk, Decimal(0)) + signed
    return {pk: abs(total) for pk, total in found.items()}
