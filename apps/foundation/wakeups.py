"""The queue is an alarm clock: the only place that enqueues, and all the names it may call."""

import logging
from enum import StrEnum

from django.db import transaction
from django_q.tasks import async_task

logger = logging.getLogger(__name__)


class Wakeup(StrEnum):
    """Tasks by their dotted names; a test resolves each."""

    DRAIN = "apps.delivery.tasks.drain_connection"
    DISPATCH = "apps.delivery.tasks.dispatch_due_work"
    EVENT = "apps.synchronisation.tasks.work_event"
    EVENTS = "apps.synchronisation.tasks.work_due_events"
    SYNCHRONISE = "apps.synchronisation.tasks.work_run"
    SEND_MASTER_DATA = "apps.synchronisation.tasks.send_master_data"
    SEND_ALL_MASTER_DATA = "apps.synchronisation.tasks.send_due_master_data"
    SYNCHRONISATIONS = "apps.synchronisation.tasks.work_due_runs"
    RECONCILE = "apps.reconciliation.tasks.work_run"
    RECONCILIATIONS = "apps.reconciliation.tasks.work_due_runs"
    READ_PAYMENTS = "apps.postings.tasks.read_payments"
    WEBHOOKS = "apps.notifications.tasks.work_webhooks"
    FIGURES = "apps.status.tasks.roll_up_figures"
    MAILS = "apps.notifications.tasks.work_mails"


def enqueue(wakeup: Wakeup, *ids: int | str) -> None:
    """Ask a worker to look, once this transaction is committed. Carries IDs, never data.

    A queue that can't be reached is no failure of the caller: the rows are the truth, and the schedule finds
    them within a minute.
    """

    def send() -> None:
        try:
            async_task(wakeup.value, *ids)
        except Exception as error:  # noqa: BLE001  the broker's libraries share no base class
            logger.warning("queue unreachable, the schedule will find the work: %s", type(error).__name__)

    transaction.on_commit(send)
