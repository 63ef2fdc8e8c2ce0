"""Everything that the postings' pages show, read in a constant number of queries."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.access.roles import Action, Role
from apps.access.viewer import Viewer
from apps.delivery.models import ConnectionHealth, Delivery
from apps.delivery.models.connection_health import Flow
from apps.delivery.progress import MOVING, StandStill, why_nothing_moves
from apps.delivery.states import LOOKS, NEVER_SENT, OPEN_STATES, Look, State
from apps.delivery.story import (
    Happening,
    Standing,
    Step,
    Story,
    Timeline,
    entries_of,
    happenings_of,
    newest_entry,
    stories_of,
    timeline,
)
from apps.delivery.templatetags.looks import happening
from apps.foundation.audit import AuditEntry
from apps.foundation.fields import MoneyField
from apps.foundation.live import stamp_of
from apps.foundation.wording import translated
from apps.mapping.delivered_maps import label_of
from apps.mapping.payment_reading import payment_objects
from apps.masterdata.models import Account, TaxDetail
from apps.postings.document_types import JOURNAL_ENTRY, TARGETS, MovementType, Part, Side, part_of
from apps.postings.ledger import Ledger, LedgerLine, TAccount, ledger_of, t_accounts
from apps.postings.models import PaymentStanding, Posting, PostingLine, TargetDocument
from apps.postings.models.target_document import CORRECTABLE_BESIDE
from apps.postings.moments import Moments, moments_of
from apps.postings.payment_states import PAYMENT_LOOKS
from apps.postings.selectors import last_changed_at, reversal_of, visible_postings, waits_for, with_lines


@dataclass(frozen=True)
class PaymentShown:
    """What is paid on an Intacct document. `words` instead of figures while it was not read."""

    standing: PaymentStanding | None
    words: str
    label: str = ""
    look: Look | None = None


@dataclass(frozen=True)
class DocumentStory(Story):
    """One Intacct document of the posting: its way, its attempts and look-ups, newest first."""

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
class Pulse:
    """What decides whether a posting's page is rendered again: `stamp` changes whenever the page does."""

    stamp: str
    is_open: bool


@dataclass(frozen=True)
class PostingPage:
    posting: Posting
    state: State
    look: Look
    parts: list[PartOfPosting]
    accounts: list[TAccount]
    deliveries: list[DocumentStory]
    timeline: Timeline
    stands_still: StandStill | None
    """Why nothing of it moves, where it should."""
    pulse: "Pulse"
    """As `posting_pulse` gives it."""
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


def posting_page(pk: str, viewer: Viewer, may_open: Callable[[str], bool]) -> PostingPage | None:
    """The page of one of the viewer's postings, or None where it is not there for him.

    `may_open`: whether he has a permission (`app.codename`).
    """
    posting = with_lines(visible_postings(viewer)).filter(pk=pk).first()
    if posting is None:
        return None
    documents = list(posting.documents.all())
    deliveries = [document.delivery for document in documents]
    states = {State(delivery.state) for delivery in deliveries}
    may_see_messages = viewer.may(Action.SEE_MESSAGES)
    awaited = waits_for(posting)
    stories = _stories(posting, documents, with_texts=may_see_messages)
    parts = _parts(posting)
    entries = entries_of(_subjects(posting, deliveries))
    still = _stands_still(deliveries)
    moments = moments_of(posting)
    return PostingPage(
        posting=posting,
        state=posting.state,
        look=LOOKS[posting.state],
        parts=parts,
        accounts=_accounts(posting, parts),
        deliveries=stories,
        timeline=timeline([*_happenings(posting, stories, entries), *moments.happenings], may_open),
        stands_still=still,
        pulse=_pulse(posting, deliveries, entries[0].pk if entries else None, still, moments),
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


def posting_pulse(posting: Posting) -> Pulse:
    """Of a posting of `visible_postings`. Five queries at most, and those of `moments_of`."""
    deliveries = [document.delivery for document in posting.documents.all()]
    newest = newest_entry(_subjects(posting, deliveries))
    return _pulse(posting, deliveries, newest, _stands_still(deliveries), moments_of(posting))


def _pulse(
    posting: Posting, deliveries: list[Delivery], newest: int | None, still: StandStill | None, moments: Moments
) -> Pulse:
    times = [(one.pk, one.state, one.updated_at, one.last_sent_at, one.due_at, one.looks) for one in deliveries]
    stamp = stamp_of((posting.state, *times, last_changed_at(posting), newest, still, moments, *waits_for(posting)))
    return Pulse(stamp, is_open=posting.state in OPEN_STATES or moments.is_moving)


def _stands_still(deliveries: list[Delivery]) -> StandStill | None:
    """What is held for something else says itself what that is; unless its connection is paused as well."""
    states = {State(delivery.state) for delivery in deliveries}
    if not states & set(OPEN_STATES):
        return None
    connection_id = deliveries[0].connection_id
    health = ConnectionHealth.objects.filter(connection=connection_id).first()
    if states & set(MOVING) or (health is not None and health.flow == Flow.PAUSED):
        return why_nothing_moves(connection_id, health)
    return None


def _subjects(posting: Posting, deliveries: list[Delivery]) -> dict[str, list[str]]:
    return {"delivery": [delivery.pk for delivery in deliveries], "posting": [posting.pk]}


def _happenings(posting: Posting, stories: list[DocumentStory], entries: list[AuditEntry]) -> Iterator[Happening]:
    """Everything that is written down about a posting: the journal, attempts, look-ups, payments, its reversal."""
    names = {story.delivery.pk: translated(label_of(story.delivery.object_name)) for story in stories}
    yield Happening(posting.created_at, _("Submitted"), posting.submitted_by, "", "receipt_long")
    for entry in entries:
        what = happening(entry.action)
        if entry.subject_type == "delivery" and len(stories) > 1:
            what = _("%(object)s: %(what)s") % {"object": names[entry.subject_id], "what": what}
        yield Happening(entry.at, what, entry.actor, str(entry.detail.get("note", "")))
    for story in stories:
        yield from happenings_of(story, names[story.delivery.pk])
        standing = story.payment.standing if story.payment else None
        if standing is not None and standing.read_at is not None:
            words = {"object": names[story.delivery.pk], "state": standing.get_state_display()}
            yield Happening(
                standing.read_at, _("Payment of the %(object)s read: %(state)s") % words, "", "", "payments"
            )
    reversal = reversal_of(posting)
    if reversal is not None:
        what = _("Reversed by %(posting)s") % {"posting": reversal}
        yield Happening(reversal.created_at, what, reversal.submitted_by, "", "undo")


def _accounts(posting: Posting, parts: list[PartOfPosting]) -> list[TAccount]:
    """One query: the names of the accounts."""
    numbers = {line.account for part in parts for line in part.ledger.lines if line.account}
    names = dict(Account.objects.filter(number__in=numbers).values_list("number", "name"))
    ledgers = [(part.object_name, part.ledger) for part in parts]
    return t_accounts(ledgers, currency=posting.currency, names=names)


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


def _stories(posting: Posting, documents: list[TargetDocument], *, with_texts: bool) -> list[DocumentStory]:
    shown = {document.delivery_id: State(document.shown_state) for document in documents}  # type: ignore[attr-defined]
    stories = stories_of([document.delivery for document in documents], with_texts=with_texts, shown=shown)
    return [
        DocumentStory(
            **{**vars(story), "way": (*_accepted(posting), *story.way)},
            received_url=received_url(story.delivery.control_id) if with_texts else "",
            payment=_payment(document),
        )
        for document, story in zip(documents, stories, strict=True)
    ]


def _accepted(posting: Posting) -> tuple[Step, Step]:
    """The first steps of each document's way: both were done in the moment in which it was accepted."""
    number, who = str(posting), posting.submitted_by
    source = _("%(document)s, submitted by %(who)s.") % {"document": number, "who": translated(who)}
    checked = _("It was complete, its debits and credits equal, its accounts and dimensions known.")
    return (
        Step(_("Source document"), Standing.DONE, source, posting.created_at),
        Step(_("Checked"), Standing.DONE, checked, posting.created_at),
    )


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
