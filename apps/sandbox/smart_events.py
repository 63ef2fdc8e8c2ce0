"""Smart Events: which ones the changes of a request set off, and what each says (protocol 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from apps.sandbox.ledger import Change
from apps.sandbox.merge_fields import NotUnderstood, holds, resolve
from apps.sandbox.models import SmartEvent, SmartEventLog
from apps.sandbox.packages import shown_arguments, shown_target

DEFAULT_SECONDS = 10
MOST_KEPT = 20_000
WAITING = "waiting"
NOT_UNDERSTOOD = "condition not understood"


@dataclass(frozen=True)
class Message:
    """A call to be made. It holds the secrets, which the log does not."""

    log_id: int
    target: str
    method: str
    arguments: list[tuple[str, str]]
    seconds: int


def raised_by(changes: Sequence[Change], *, user_id: str) -> list[Message]:
    """Write the log of the events that the changes set off, in their order. Inside the request's transaction."""
    if not changes:
        return []
    active = SmartEvent.objects.filter(is_active=True, owner_object__in={one.object_name for one in changes})
    events = list(active.order_by("pk"))
    due = [
        (change, event)
        for change in changes
        for event in events
        if event.owner_object == change.object_name and change.event in event.events
    ]
    messages = [one for change, event in due if (one := _message(change, event, user_id)) is not None]
    if due:
        _forget_old(len(due))
    return messages


def _message(change: Change, event: SmartEvent, user_id: str) -> Message | None:
    status = WAITING
    try:
        if not holds(event.condition, change):
            return None
    except NotUnderstood:
        status = NOT_UNDERSTOOD
    target = resolve(event.target, change, written=lambda value: quote(value, safe=""))
    arguments = [(name, resolve(value, change)) for name, value in event.arguments]
    row = SmartEventLog.objects.create(
        smart_link_id=event.smart_link_id,
        topic=f"{change.event.upper()}_{change.object_name}",
        owner_object=change.object_name,
        object_key=change.key,
        user_id=user_id,
        method=event.method,
        target=shown_target(target),
        arguments=shown_arguments([list(one) for one in arguments]),
        status=status,
    )
    if status == NOT_UNDERSTOOD:
        return None
    return Message(row.pk, target, event.method, arguments, event.request_timeout or DEFAULT_SECONDS)


def _forget_old(written: int) -> None:
    """The latest 20,000 are kept."""
    newest = SmartEventLog.objects.values_list("pk", flat=True).first() or 0
    if newest % 500 < written:
        SmartEventLog.objects.filter(pk__lte=newest - MOST_KEPT).delete()


def shown(row: SmartEventLog) -> dict[str, object]:
    return {
        "smartlinkid": row.smart_link_id,
        "topic": row.topic,
        "ownerobject": row.owner_object,
        "objectkey": row.object_key,
        "target": row.target,
        "arguments": dict(row.arguments),
        "status": row.status,
    }
