"""The asynchronous connection test: a harmless request under the policy, answered at our address (protocol 2.5)."""

import datetime
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.configuration.errors import AsynchronousTestRefused
from apps.configuration.gateway import client_for
from apps.configuration.models import AsynchronousRequest, IntacctConfiguration, RequestState
from apps.configuration.services.connection_test import entities_question
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.intacct import Done, FunctionRefused, IntacctError, RawAnswer, read_response


def callback_address(configuration: IntacctConfiguration) -> str:
    """The *Response URL* that the policy needs in Sage Intacct."""
    return f"{settings.PORTAL_BASE_URL}{reverse('intacct:async', args=[configuration.code])}"


@in_english
def start(*, configuration: IntacctConfiguration, actor: str) -> AsynchronousRequest:
    """Send the request; its row is written before. The answer settles it, or its time passes.

    Raises `AsynchronousTestRefused` when there is no policy or Intacct did not accept the request, `OptionOff`.
    """
    if not configuration.policy_id:
        raise AsynchronousTestRefused(
            "The configuration has no policy ID, so Sage Intacct would not know where to answer.",
            next_step="Enter the Policy ID on the General tab.",
        )
    client = client_for(configuration)
    now = timezone.now()
    request = AsynchronousRequest.objects.create(
        configuration=configuration,
        control_id=secrets.token_hex(20),
        started_by=actor,
        sent_at=now,
        awaited_until=now + datetime.timedelta(seconds=configuration.async_timeout_seconds),
    )
    try:
        exchange = client.execute(
            [entities_question()], control_id=request.control_id, unique=False, policy_id=configuration.policy_id
        )
        if not exchange.acknowledged:
            raise AsynchronousTestRefused(
                "Sage Intacct answered at once instead of acknowledging the request.",
                next_step="Check the transport policy of the sender ID.",
            )
    except (IntacctError, AsynchronousTestRefused) as error:
        _settle(request, RequestState.FAILED, str(error))
        if isinstance(error, IntacctError):
            raise AsynchronousTestRefused(str(error), next_step=error.next_step) from None
        raise
    finally:
        client.close()
    audit.record(
        audit.Event(
            actor=actor,
            action="asynchronous_test_started",
            subject_type="configuration",
            subject_id=str(configuration.pk),
            subject_label=configuration.code,
        )
    )
    return request


def receive(*, configuration: IntacctConfiguration, document: bytes) -> AsynchronousRequest | None:
    """Take an answer that arrived. None: it belongs to no request of this configuration that waits.

    Safe to receive twice: only a waiting request is settled. Raises `IntacctError` for what is not an answer.
    """
    exchange = read_response(RawAnswer(status=200, content=document), [entities_question()])
    request = AsynchronousRequest.objects.filter(
        configuration=configuration, control_id=exchange.control_id, state=RequestState.WAITING
    ).first()
    if request is None:
        return None
    (outcome,) = exchange.outcomes
    if isinstance(outcome, Done):
        detail = f"Sage Intacct answered: {len(outcome.rows)} entities."
        _settle(request, RequestState.ANSWERED, detail)
    else:
        reason = outcome.primary.meaning if isinstance(outcome, FunctionRefused) else outcome.reason
        _settle(request, RequestState.FAILED, reason)
    return request


def overdue(*, configuration: IntacctConfiguration) -> int:
    """Give up requests whose time has passed. Returns how many."""
    late = AsynchronousRequest.objects.filter(
        configuration=configuration, state=RequestState.WAITING, awaited_until__lt=timezone.now()
    )
    return late.update(
        state=RequestState.FAILED,
        detail="No answer arrived in time. The policy's Response URL in Sage Intacct must be this portal's address.",
    )


def _settle(request: AsynchronousRequest, state: RequestState, detail: str) -> None:
    answered_at = timezone.now() if state == RequestState.ANSWERED else None
    AsynchronousRequest.objects.filter(pk=request.pk, state=RequestState.WAITING).update(
        state=state, detail=detail[:500], answered_at=answered_at
    )
    request.refresh_from_db()
