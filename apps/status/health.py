"""Whether a company's documents flow, in words for readers outside: never why, where to or by whom."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.delivery.models import Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.models.heartbeat import HEARTBEAT_STALE
from apps.delivery.states import State
from apps.foundation.ids import first_ulid_of
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.status.models import Notice, Severity

LATE = datetime.timedelta(hours=1)
"""A document that waits longer than this is late."""
WAITING = (State.PENDING, State.SENDING, State.VERIFYING)
"""Not `held`: a document that waits for another record says so itself, and is no sign of the connection."""


class Level(IntEnum):
    """The higher, the worse."""

    FLOWING = 0
    DELAYED = 1
    STOPPED = 2


WORDS: Mapping[Level, Any] = {
    Level.FLOWING: _("Flowing"),
    Level.DELAYED: _("Delayed"),
    Level.STOPPED: _("Stopped"),
}
TONES: Mapping[Level, str] = {Level.FLOWING: "success", Level.DELAYED: "warning", Level.STOPPED: "danger"}
ICONS: Mapping[Level, str] = {
    Level.FLOWING: "check_circle",
    Level.DELAYED: "schedule",
    Level.STOPPED: "pause_circle",
}
MEANINGS: Mapping[Level, Any] = {
    Level.FLOWING: _("Documents go to Sage Intacct as they arrive."),
    Level.DELAYED: _("Documents reach Sage Intacct later than usual. Nothing is lost: they are sent by themselves."),
    Level.STOPPED: _(
        "No documents go to Sage Intacct at the moment. Nothing is lost: they wait, and are sent when it goes on."
    ),
}
BY_SEVERITY: Mapping[str, Level] = {
    Severity.NONE: Level.FLOWING,
    Severity.DELAY: Level.DELAYED,
    Severity.STOP: Level.STOPPED,
}


@dataclass(frozen=True)
class Health:
    """How a company's documents flow. `since` is None where it is not known, or where all is well."""

    level: Level = Level.FLOWING
    since: datetime.datetime | None = None

    @property
    def words(self) -> Any:
        return WORDS[self.level]

    @property
    def tone(self) -> str:
        """The colour, which is never alone."""
        return TONES[self.level]

    @property
    def icon(self) -> str:
        return ICONS[self.level]

    @property
    def meaning(self) -> Any:
        """What it means for the reader's documents."""
        return MEANINGS[self.level]


def health_of(company_ids: Sequence[int], current: Iterable[Notice]) -> dict[int, Health]:
    """The health of each company, in four queries. `current`: their notices, read with their companies."""
    now = timezone.now()
    of_all = _portal(now)
    late = _late(company_ids, now)
    started = [one for one in current if one.starts_at <= now]
    found = {}
    for pk in company_ids:
        signs = [*of_all, *(Health(BY_SEVERITY[one.severity], one.starts_at) for one in started if _concerns(one, pk))]
        if pk in late:
            signs.append(Health(Level.DELAYED, late[pk]))
        found[pk] = _worst(signs)
    return found


def _worst(signs: Sequence[Health]) -> Health:
    """The worst level, since its earliest sign."""
    level = max((sign.level for sign in signs), default=Level.FLOWING)
    if level == Level.FLOWING:
        return Health()
    return Health(level, min((sign.since for sign in signs if sign.level == level and sign.since), default=None))


def _portal(now: datetime.datetime) -> list[Health]:
    """What holds for every company: the switch, the connection, the worker."""
    signs = []
    if not is_on(OptionCode.SAGE_INTACCT):
        signs.append(Health(Level.STOPPED))
    configurations = IntacctConfiguration.objects.defer(*secret_fields()).select_related("health")
    configuration = configurations.filter(is_active=True).first()
    if configuration is None:
        signs.append(Health(Level.STOPPED))
    else:
        health = getattr(configuration, "health", None)
        if health is not None and health.flow == Flow.PAUSED:
            signs.append(Health(Level.STOPPED, health.changed_at))
        elif health is not None and health.flow == Flow.RESTING:
            signs.append(Health(Level.DELAYED))
    beat = WorkerHeartbeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first()
    if beat is None or now - beat > HEARTBEAT_STALE:
        signs.append(Health(Level.STOPPED, beat))
    return signs


def _late(company_ids: Sequence[int], now: datetime.datetime) -> dict[int, datetime.datetime]:
    """Since when each company's oldest late document waits.

    Found by ID, which sorts by time: only rows that are late are read, of whatever company (SQLite would begin with
    the company, and read all its documents). One that a person retried (a later epoch) is as old, and not late.
    """
    rows = (
        Delivery.objects.filter(state__in=WAITING, epoch=1, pk__lt=first_ulid_of(now - LATE))
        .values_list("target_document__posting__company")
        .annotate(since=Min("created_at"))
        .order_by()
    )
    return {company: since for company, since in rows if company in company_ids}


def _concerns(notice: Notice, company_id: int) -> bool:
    return notice.all_companies or any(company.pk == company_id for company in notice.companies.all())
