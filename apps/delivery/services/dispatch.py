"""What the schedule does: find connections with due work, whatever became of their wake-ups, and wake a worker."""

from django.db.models import Q

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery
from apps.delivery.services.drain import beat, worker_name
from apps.delivery.services.waiting import sweep
from apps.delivery.states import State
from apps.foundation import clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.options.models import Option, OptionCode


def connections_with_work() -> list[IntacctConfiguration]:
    """Active connections with something due, or a dead worker's rows to take back. None while the option is off."""
    now = clock.database_now()
    due = Delivery.objects.filter(
        Q(state__in=(State.PENDING, State.VERIFYING), due_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    )
    return list(
        IntacctConfiguration.objects.filter(
            Option.objects.switched_on(OptionCode.SAGE_INTACCT), is_active=True, pk__in=due.values("connection")
        ).exclude(health__flow="paused")
    )


def dispatch() -> int:
    """Wake a worker for each connection with due work. Returns how many."""
    connections = connections_with_work()
    for connection in connections:
        ConnectionHealth.objects.get_or_create(connection=connection)
        enqueue(Wakeup.DRAIN, connection.pk)
    return len(connections)


def dispatch_from_schedule() -> int:
    """The scheduled form: also a sign that the queue really executes tasks, and a look at what waits."""
    beat(worker_name())
    woken = dispatch()
    sweep()
    return woken
