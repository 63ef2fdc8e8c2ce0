"""Everything that the postings' pages show, read in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.access.roles import Action, Role
from apps.access.viewer import Viewer
from apps.delivery.models import Attempt, ConnectionHealth, Delivery, Probe
from apps.delivery.states import LOOKS, MOST_TELLING_FIRST, Look, State
from apps.foundation.audit import AuditEntry
from apps.foundation.fields import MoneyField
from apps.mapping.payment_reading import payment_objects
from apps.masterdata.models import TaxDetail
from apps.postings.document_types import JOURNAL_ENTRY, TARGETS, MovementType, Part, Side, part_of
from apps.postings.ledger import Ledger, LedgerLine, ledger_of
from apps.postings.models import PaymentStanding, Posting, PostingLine, TargetDocument
from apps.postings.models.target_document import CORRECTABLE_BESIDE
from apps.postings.payment_states import PAYMENT_LOOKS
from apps.postings.selectors import reversal_of, visible_postings, waits_for, with_lines

NEVER_SENT = frozenset({State.PENDING, State.HELD})


@dataclass(frozen=True)
class PaymentShown:
    """What is paid on an Intacct document. `words` instead of figures while it was not read."""

    standing: PaymentStanding | None
    words: str
    label: str = ""
    look: Look | None = None


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
    payment: PaymentShown | None
    """None for what can't be paid."""


@dataclass(frozen=True)
class PartOfPosting:
    """The lines of one Intacct document, and what they do to the general ledger."""

    part: Part
    object_name: str
    lines: list[PostingLine]
    ledger: Ledger
    tax: Decimal
    names_contra: bool

    @property
    def rows(self) -> list[tuple[PostingLine | None, LedgerLine]]:
        """Each ledger line with the line that it comes from; its tax right below it."""
        lines = {line.index: line for line in self.lines}
        return [(None if one.of is None else lines[one.of], one) for one in self.ledger.lines]


@dataclass(frozen=True)
class PostingPage:
    posting: Posting
    state: State
    look: Look
    parts: list[PartOfPosting]
    deliveries: list[DeliveryStory]
    timeline: list[AuditEntry]
    health: ConnectionHealth | None
    may_retry: bool
    may_ask: bool
    may_correct: bool
    may_send_anyway: bool
    may_cancel: bool
    may_reverse: bool
    may_see_messages: bool
    may_read_payment: bool
    total: Decimal
    """What Intacct puts on the control account: the document's total with its tax; an entry's debit side."""
    problems: list[dict[str, object]] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    reverses: Posting | None = None
    reversed_by: Posting | None = None


def posting_page(pk: str, viewer: Viewer) -> PostingPage | None:
    """The page of one of the viewer's postings, or None where it is not there for him."""
    posting = with_lines(visible_postings(viewer)).filter(pk=pk).first()
    if posting is None:
        return None
    documents = list(posting.documents.all())
    deliveries = [document.delivery for document in documents]
    states = {State(delivery.state) for delivery in deliveries}
    may_see_messages = viewer.may(Action.SEE_MESSAGES)
    awaited = waits_for(posting)
    stories = _stories(documents, with_received=may_see_messages)
    return PostingPage(
        posting=posting,
        state=posting.state,
        look=LOOKS[posting.state],
        parts=_parts(posting),
        deliveries=stories,
        timeline=list(
            AuditEntry.objects.filter(
                Q(subject_type="delivery", subject_id__in=[delivery.pk for delivery in deliveries])
                | Q(subject_type="posting", subject_id=posting.pk)
            ).order_by("-id")[:50]
        ),
        health=ConnectionHealth.objects.filter(connection=deliveries[0].connection_id).first(),
        may_retry=viewer.may(Action.RETRY) and State.ERROR in states,
        may_correct=viewer.may(Action.CORRECT) and State.ERROR in states and states <= CORRECTABLE_BESIDE,
        may_send_anyway=viewer.may(Action.RETRY) and bool(awaited),
        may_ask=viewer.may(Action.RETRY) and State.VERIFYING in states,
        may_cancel=viewer.may(Action.CANCEL) and states <= _cancellable(viewer),
        may_reverse=viewer.may(Action.REVERSE) and _is_reversible(posting, deliveries),
        may_see_messages=may_see_messages,
        may_read_payment=viewer.may(Action.SYNCHRONISE)
        and any(story.payment is not None and story.state == State.POSTED for story in stories),
        total=totals([posting]).get(posting.pk, Decimal(0)),
        problems=[delivery.problem for delivery in deliveries if delivery.problem],
        waits_for=awaited,
        reverses=posting.reverses,
        reversed_by=reversal_of(posting),
    )


def _parts(posting: Posting) -> list[PartOfPosting]:
    """One query: the accounts of its tax details."""
    lines = list(posting.lines.all())
    details = {tax.detail for line in lines for tax in line.taxes}
    accounts = dict(TaxDetail.objects.filter(code__in=details).values_list("code", "account")) if details else {}
    parts = []
    for target in posting.documents.all():
        own = [line for line in lines if part_of(posting.document_type, line.movement_type) == target.part]
        object_name = target.delivery.object_name
        names_contra = posting.company.legislation.posts_ap_ar_to_ledger and object_name != JOURNAL_ENTRY
        ledger = ledger_of(
            own,
            object_name=object_name,
            tax_accounts=accounts,
            control_account=posting.contra_account,
            names_contra=names_contra,
        )
        tax = sum((line.tax for line in own), Decimal(0))
        parts.append(PartOfPosting(Part(target.part), object_name, own, ledger, tax, names_contra))
    return parts


def _is_reversible(posting: Posting, deliveries: list[Delivery]) -> bool:
    """Whether the button is worth showing; the service looks closer."""
    is_entry = {delivery.object_name for delivery in deliveries} == {JOURNAL_ENTRY}
    is_new = posting.reverses_id is None and reversal_of(posting) is None
    return is_entry and is_new and posting.state == State.POSTED


def _cancellable(viewer: Viewer) -> frozenset[State]:
    return NEVER_SENT | {State.ERROR} if viewer.role == Role.INTEGRATION_ADMIN else NEVER_SENT


def _stories(documents: list[TargetDocument], *, with_received: bool) -> list[DeliveryStory]:
    ids = [document.delivery_id for document in documents]
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
            payment=_payment(document),
        )
        for document, delivery in ((one, one.delivery) for one in documents)
    ]


def _payment(document: TargetDocument) -> PaymentShown | None:
    if document.delivery.object_name not in payment_objects():
        return None
    standing = document.standing
    if standing is not None and standing.state:
        look = PAYMENT_LOOKS[standing.state]
        return PaymentShown(standing, str(look.meaning), standing.get_state_display(), look)
    if document.delivery.state != State.POSTED:
        return PaymentShown(standing, _("Not read yet: Intacct is asked when the document is posted."))
    return PaymentShown(
        standing, _("Not read yet: Intacct is asked within a minute while the connection works. Or read it now.")
    )


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


ENTRY_TYPES = [kind for kind, target in TARGETS.items() if target.is_entry]


def totals(postings: Iterable[Posting]) -> dict[str, Decimal]:
    """The total of each posting by its ID: what an invoice is for, tax included; an entry's debit side.

    A stock movement on an invoice is no part of what the invoice is for.
    """
    entries = {posting.pk for posting in postings if posting.document_type in ENTRY_TYPES}
    own_lines = Q(posting__document_type__in=ENTRY_TYPES) | Q(movement_type=MovementType.DOCUMENT)
    rows = (
        PostingLine.objects.filter(own_lines, posting__in=[posting.pk for posting in postings])
        .values_list("posting", "side")
        .annotate(
            amount=Sum("net_amount"),
            tax_sum=Coalesce(Sum("tax_amount", filter=Q(tax_pair="")), Decimal(0), output_field=MoneyField()),
        )
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
