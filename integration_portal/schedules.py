"""The schedules that must exist: written by code only, never by a form (their function is a free dotted path)."""

from django_q.models import Schedule

from apps.foundation.wakeups import Wakeup

EVERY_MINUTE = {
    "dispatch due work": Wakeup.DISPATCH,
    "work due Smart Events": Wakeup.EVENTS,
    "work due synchronisations": Wakeup.SYNCHRONISATIONS,
    "send due master data": Wakeup.SEND_ALL_MASTER_DATA,
    "work due comparisons, and start the nightly one": Wakeup.RECONCILIATIONS,
    "read due payments": Wakeup.READ_PAYMENTS,
    "send webhooks": Wakeup.WEBHOOKS,
    "roll up figures": Wakeup.FIGURES,
    "look at alert rules and send mails": Wakeup.MAILS,
}
"""Each finds its due work whatever became of its wake-ups."""


def ensure_schedules() -> None:
    for name, wakeup in EVERY_MINUTE.items():
        Schedule.objects.update_or_create(
            name=name,
            defaults={
                "func": wakeup.value,
                "schedule_type": Schedule.MINUTES,
                "minutes": 1,
                "repeats": -1,
            },
        )
