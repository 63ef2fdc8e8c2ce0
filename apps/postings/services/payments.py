"""Reading back what is paid on posted invoices and credits (guide: "to get the prepaid amount")."""

import datetime
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection as database
from django.db import transaction
from django.db.models import Max

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.services import health
from apps.delivery.services.clients import TOP_LEVEL, Clients, EntityRefused
from apps.delivery.services.send import note_connection_error
from apps.delivery.services.slots import slot
from apps.delivery.states import State
from apps.foundation import audit, clock
from apps.foundation.bulk import update_each
from apps.foundation.wakeups import Wakeup, enqueue
from apps.foundation.wording import in_english
from apps.intacct import AuthenticationRefused, IntacctError
from apps.mapping.object_maps import delivered_object_map
from apps.mapping.payment_reading import (
    MOST_AT_ONCE,
    FoundPayment,
    UnreadablePayment,
    payment_objects,
    payments_of,
    read_payments,
)
from apps.options.errors import OptionOff
from apps.postings.errors import PaymentNotRead
from apps.postings.models import PaymentStanding, Posting, TargetDocument
from apps.postings.payment_patience import after_failure, next_reading
from apps.postings.payment_states import PaymentState, state_by_figures

logger = logging.getLogger(__name__)

BUDGET_SECONDS = 40.0
NOTED_AT_ONCE = 2000
OVERLAP = datetime.timedelta(hours=1)
"""How far before the newest standing is looked for documents without one: longer than any settling takes."""
LONGEST_MESSAGE = 500
PAYMENT_CHANGED = "payment_changed"
"""The journal's action, of a posting, when a later reading brings other figures than the one before."""
_WRITTEN = (
    "currency", "prepaid_amount", "total_due", "state", "read_at", "changed_at", "due_at", "tries", "last_message",
)  # fmt: skip

Figures = Mapping[str, FoundPayment | UnreadablePayment]


def read_due_payments(*, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Ask Intacct for every payment that is due to be read, in batches. Returns how many documents were asked about.

    Finds documents posted since, whatever became of their wake-up. Safe to run twice, at once, never, or late. Where
    the option is off, or a connection inactive, paused or resting, nothing is asked and everything stays due.
    """
    ends = time.monotonic() + budget_seconds
    while note_posted() == NOTED_AT_ONCE and time.monotonic() < ends:
        continue
    asked = 0
    for connection in IntacctConfiguration.objects.filter(is_active=True):
        asked += _read_due_of(connection, ends)
    return asked


def note_posted() -> int:
    """Give what was posted since a standing, due at once; oldest first, 2,000 at a time. Returns how many were without.

    The only place that makes them: so whatever was posted before the newest standing has one too.
    """
    now = clock.database_now()
    without = TargetDocument.objects.filter(
        delivery__object_name__in=payment_objects(),
        delivery__state=State.POSTED,
        delivery__posted_at__isnull=False,
        payment__isnull=True,
    )
    newest = PaymentStanding.objects.aggregate(at=Max("posted_at"))["at"]
    if newest:
        without = without.filter(delivery__posted_at__gte=newest - OVERLAP)
    columns = ("pk", "delivery__connection", "delivery__object_name", "delivery__posted_at")
    found = list(without.order_by("delivery__posted_at").values_list(*columns)[:NOTED_AT_ONCE])
    PaymentStanding.objects.bulk_create(
        [
            PaymentStanding(
                document_id=pk, connection_id=connection_id, object_name=object_name, posted_at=posted_at, due_at=now
            )
            for pk, connection_id, object_name, posted_at in found
            if posted_at
        ],
        ignore_conflicts=True,
    )
    return len(found)


def take_hint(connection: IntacctConfiguration, object_name: str, record_no: str, record_id: str) -> str:
    """Intacct told of a change: the document is read at once, with all others that it told of. Words for the event.

    Empty: the record was not posted from here. What is read at this moment is read once more, because its answer may
    be older than the change.
    """
    known = {"record_no": record_no} if record_no else {"number": record_id}
    deliveries = Delivery.objects.filter(connection=connection, object_name=object_name, state=State.POSTED, **known)
    standings = PaymentStanding.objects.filter(document__delivery__in=deliveries.values("pk"))
    hinted = standings.update(due_at=clock.database_now())
    if not hinted and not deliveries.exists():
        return ""
    enqueue(Wakeup.READ_PAYMENTS)
    return "Its payment is read again."


@in_english
def read_now(*, posting: Posting, viewer: Viewer) -> None:
    """Read the payment of a posting's documents at once, because a person asked.

    Raises `PaymentNotRead` where nothing is posted that can be paid, where the connection must not be called, and
    where Intacct gave no figures; what was read before stays.
    """
    note_posted()
    pks = list(PaymentStanding.objects.filter(document__posting=posting).values_list("pk", flat=True))
    if not pks:
        raise PaymentNotRead(
            f"{posting} has no payment to be read: only what is posted and can be paid has.",
            next_step="Wait until it is posted, then read it again.",
        )
    connection = IntacctConfiguration.objects.get(payment_standings=pks[0])
    if not health.may_call(connection, now=clock.database_now()):
        raise PaymentNotRead(
            f"The payment of {posting} was not read: Sage Intacct is not called now.",
            next_step="See the connection's health. It is read by itself when the connection works again.",
        )
    logger.info("payment of posting %s is read for %s", posting.pk, viewer.label)
    with Clients(connection) as clients:
        for object_name in payment_objects():
            batch = _take(connection, object_name, only=pks)
            if batch is not None:
                _read(batch, clients)
    failed = PaymentStanding.objects.filter(pk__in=pks, tries__gt=0).values_list("last_message", flat=True).first()
    if failed:
        raise PaymentNotRead(
            f"The payment of {posting} was not read: {failed}", next_step="It is tried again by itself."
        )


@dataclass(frozen=True)
class _Batch:
    """Standings of one object that this worker holds: nobody else reads them while `due_at` is `held_until`."""

    connection: IntacctConfiguration
    object_name: str
    standings: list[PaymentStanding]
    held_until: datetime.datetime


def _read_due_of(connection: IntacctConfiguration, ends: float) -> int:
    """Each question under a slot of its own: where documents take them all, they go first and it waits for a turn."""
    asked = 0
    with Clients(connection) as clients:
        for object_name in payment_objects():
            while time.monotonic() < ends and health.may_call(connection, now=clock.database_now()):
                with slot(connection, hold_for=connection.lease) as token:
                    batch = _take(connection, object_name) if token else None
                    went_on = batch is not None and _read(batch, clients)
                asked += len(batch.standings) if batch else 0
                if batch is None:
                    break
                if not went_on:
                    return asked
    return asked


def _take(connection: IntacctConfiguration, object_name: str, *, only: Sequence[int] | None = None) -> _Batch | None:
    """Hold what is due of an object, or these whether due or not. None: there is nothing."""
    now = clock.database_now()
    rows = PaymentStanding.objects.filter(connection=connection, object_name=object_name)
    rows = rows.filter(due_at__lte=now) if only is None else rows.filter(pk__in=only)
    rows = rows.select_related("document__delivery", "document__posting").order_by("due_at", "pk")
    held_until = now + connection.lease
    with transaction.atomic():
        if database.features.has_select_for_update:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        taken = list(rows[:MOST_AT_ONCE])
        PaymentStanding.objects.filter(pk__in=[one.pk for one in taken]).update(due_at=held_until)
    return _Batch(connection, object_name, taken, held_until) if taken else None


def _read(batch: _Batch, clients: Clients) -> bool:
    """Ask and write down. False: Intacct can't be asked now, so nothing more is asked in this turn."""
    try:
        figures = _ask(batch, clients)
    except OptionOff:  # turned off since it was asked for: stays due
        _write(batch, [(one, {"due_at": clock.database_now()}) for one in batch.standings])
        return False
    except IntacctError as error:
        words = f"{error} {error.next_step}".strip()
        _write(batch, [(one, _failed(one, words)) for one in batch.standings])
        if isinstance(error, AuthenticationRefused):  # tried on and on, Intacct would lock its user
            note_connection_error(batch.connection, error)
        return False
    _write(batch, [(one, _outcome(one, figures.get(one.document.delivery.record_no))) for one in batch.standings])
    return True


def _ask(batch: _Batch, clients: Clients) -> Figures:
    """The figures by record number: the top level sees every entity's; what it does not show is asked for there."""
    mapped = delivered_object_map(batch.object_name)
    wanted = {one.document.delivery.record_no: one.document.delivery.entity for one in batch.standings}
    answer = clients.for_entity(TOP_LEVEL).ask(payments_of(mapped, list(wanted)))
    figures = dict(read_payments(mapped, answer.rows))
    hidden: dict[str, list[str]] = {}
    for record_no, entity in wanted.items():
        if record_no not in figures and entity != TOP_LEVEL:
            hidden.setdefault(entity, []).append(record_no)
    for entity, numbers in hidden.items():
        try:
            answer = clients.for_entity(entity).ask(payments_of(mapped, numbers))
        except EntityRefused as refusal:
            figures |= {number: UnreadablePayment(number, f"Entity {entity}: {refusal}") for number in numbers}
        else:
            figures |= read_payments(mapped, answer.rows)
    return figures


def _outcome(standing: PaymentStanding, found: FoundPayment | UnreadablePayment | None) -> dict[str, object]:
    if isinstance(found, UnreadablePayment):
        return _failed(standing, found.words)
    if found is None:
        return _failed(standing, f"Sage Intacct has no record {standing.document.delivery.record_no} any more.")
    currency = found.currency or standing.document.posting.currency
    if why := found.why_not_kept(currency):
        return _failed(standing, why)
    now = clock.database_now()
    figures = {
        "currency": currency,
        "prepaid_amount": found.paid,
        "total_due": found.due,
        "state": found.state or state_by_figures(prepaid=found.paid, due=found.due),
    }
    same = standing.read_at is not None and all(getattr(standing, name) == value for name, value in figures.items())
    return {
        **figures,
        "read_at": now,
        "changed_at": standing.changed_at if same else now,
        "due_at": next_reading(posted_at=standing.posted_at, now=now, settled=not found.due),
        "tries": 0,
        "last_message": "",
    }


def _failed(standing: PaymentStanding, words: str) -> dict[str, object]:
    """What was read before stays; it is tried again later."""
    tries = min(standing.tries + 1, 1000)
    due_at = after_failure(posted_at=standing.posted_at, now=clock.database_now(), tries=tries)
    return {"tries": tries, "last_message": words[:LONGEST_MESSAGE], "due_at": due_at}


def _write(batch: _Batch, outcomes: Sequence[tuple[PaymentStanding, Mapping[str, object]]]) -> None:
    """Each while it is still held: one that Intacct told of meanwhile stays due, and is read anew."""
    rows = [(one.pk, [values.get(name, getattr(one, name)) for name in _WRITTEN]) for one, values in outcomes]
    with transaction.atomic():
        _journal(batch, [one for one, values in outcomes if _is_news(one, values)])
        update_each(PaymentStanding, _WRITTEN, rows, only_if={"due_at": batch.held_until})


def _is_news(standing: PaymentStanding, values: Mapping[str, object]) -> bool:
    """Other figures than before. The first reading is news only if something is paid on it already."""
    changed_at = values.get("changed_at")
    if changed_at is None or changed_at == standing.changed_at:
        return False
    return standing.read_at is not None or values["state"] != PaymentState.NOT_PAID


def _journal(batch: _Batch, changed: Sequence[PaymentStanding]) -> None:
    """Only of those that are still held, as they are written."""
    if not changed:
        return
    rows = PaymentStanding.objects.filter(pk__in=[one.pk for one in changed], due_at=batch.held_until)
    if database.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",)).order_by("pk")
    held = set(rows.values_list("pk", flat=True))
    audit.record(
        audit.Event(
            actor=audit.SYSTEM,
            action=PAYMENT_CHANGED,
            subject_type="posting",
            subject_id=one.document.posting_id,
            subject_label=str(one.document.posting),
        )
        for one in changed
        if one.pk in held
    )
