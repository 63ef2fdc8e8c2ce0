"""`purge`: messages go, evidence stays."""

import datetime
import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.delivery.models import Attempt, Delivery
from apps.delivery.states import Outcome, State
from apps.foundation.audit import AuditEntry


def an_attempt(delivery: Delivery, *, days: int) -> Attempt:
    then = timezone.now() - datetime.timedelta(days=days)
    return Attempt.objects.create(
        delivery=delivery,
        number=delivery.attempts.count() + 1,
        epoch=1,
        control_id=delivery.control_id,
        payload_sha256="x",
        batch_id="b",
        worker="w",
        started_at=then,
        deadline_at=then,
        outcome=Outcome.TRANSIENT,
        request_xml="<request/>",
        response_xml="<response/>",
    )


def test_old_messages_are_emptied_and_their_attempts_stay(
    configuration: object, submitted: Callable[..., Delivery]
) -> None:
    settled, waiting = submitted(), submitted()
    Delivery.objects.filter(pk=settled.pk).update(state=State.CANCELLED)
    old, recent, open_one = an_attempt(settled, days=400), an_attempt(settled, days=10), an_attempt(waiting, days=400)
    out = StringIO()
    call_command("purge", "--older-than", "13mo", "--json", stdout=out)
    assert json.loads(out.getvalue())["messages"] == 1
    for attempt, message in ((old, ""), (recent, "<request/>"), (open_one, "<request/>")):
        attempt.refresh_from_db()
        assert attempt.request_xml == message
    assert Attempt.objects.count() == 3
    assert AuditEntry.objects.get(action="purged").detail["messages"] == 1


@pytest.mark.parametrize("age", ["13", "0d", "soon", "-1d"])
def test_an_age_that_is_none_is_refused(age: str) -> None:
    with pytest.raises(CommandError, match="90d"):
        call_command("purge", f"--older-than={age}")
