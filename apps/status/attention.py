"""What needs a person: everything that stands still until somebody does something, the gravest first."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.configuration.models import ConnectionTestResult, IntacctConfiguration, secret_fields
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.models.heartbeat import HEARTBEAT_STALE
from apps.delivery.states import IntegrationStatus, RunState, State
from apps.foundation import clock
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.models import WebhookEndpoint
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.reconciliation.selectors import standing_of_nights
from apps.status.alerts import RaisedAlert, RaisedMark, raised_alerts, trouble
from apps.status.figures import records_by_status
from apps.status.master_data import error_words, integration_link
from apps.status.synchronised import LastRun, last_runs

UNCLEAR_FOR = datetime.timedelta(hours=1)
"""So long Intacct is asked again by itself before anybody is told."""


@dataclass(frozen=True)
class Matter:
    """One thing: what is the matter, why or since when, and where to do something about it."""

    tone: str
    words: str
    detail: str = ""
    link: str = ""
    link_words: str = ""
    permission: str = ""
    """Who may open the link; to others it is not shown. Empty: everybody of the house."""
    about: str = ""
    """By which an alert that says the same finds it (`alerts.trouble`)."""
    alerts: tuple[RaisedMark, ...] = ()
    """The alert rules that are raised because of it."""


@dataclass(frozen=True)
class Situation:
    """What several parts of the first page look at."""

    now: datetime.datetime
    configuration: IntacctConfiguration | None
    health: ConnectionHealth | None
    beat: WorkerHeartbeat | None
    runs: tuple[LastRun, ...]
    records: dict[str, dict[str, int]]

    @property
    def worker_is_alive(self) -> bool:
        return self.beat is not None and self.now - self.beat.beaten_at < HEARTBEAT_STALE

    @property
    def is_paused(self) -> bool:
        return self.health is not None and self.health.flow == Flow.PAUSED


def read_situation() -> Situation:
    """In eight queries."""
    configuration = IntacctConfiguration.objects.defer(*secret_fields()).filter(is_active=True).first()
    return Situation(
        now=clock.database_now(),
        configuration=configuration,
        health=ConnectionHealth.objects.filter(connection=configuration).first(),
        beat=WorkerHeartbeat.objects.order_by("-beaten_at").first(),
        runs=last_runs(configuration.pk if configuration else None),
        records=records_by_status(),
    )


def matters(situation: Situation, may_open: Callable[[str], bool]) -> list[Matter]:
    """In five queries. `may_open`: whether the viewer has a permission (`app.codename`)."""
    found = _with_alerts(list(_stands_still(situation)), list(_went_wrong(situation)), raised_alerts())
    return [_for_who_may(may_open, matter) for matter in found]


def _for_who_may(may_open: Callable[[str], bool], matter: Matter) -> Matter:
    """Without the links that lead where he may not go."""
    if matter.permission and not may_open(matter.permission):
        matter = replace(matter, link="", link_words="")
    if matter.alerts and not may_open("notifications.view_alertrule"):
        matter = replace(matter, alerts=tuple(replace(mark, link="") for mark in matter.alerts))
    return matter


def _with_alerts(still: list[Matter], wrong: list[Matter], alerts: Iterable[RaisedAlert]) -> list[Matter]:
    """Each trouble once: an alert stands with what says the same, and is a matter of its own where nothing does."""
    said = {matter.about for matter in (*still, *wrong)}
    own: dict[str, Matter] = {}
    marks: dict[str, tuple[RaisedMark, ...]] = {}
    for alert in alerts:
        about = alert.about
        if about not in said:
            if alert.is_seen_by_the_page:
                continue
            about = alert.words.detail  # several rules may have found the same
            own.setdefault(about, _matter_of(alert, about))
        marks[about] = (*marks.get(about, ()), alert.mark)
    return [replace(matter, alerts=marks.get(matter.about, ())) for matter in (*still, *own.values(), *wrong)]


def _matter_of(alert: RaisedAlert, about: str) -> Matter:
    words = alert.words
    return Matter("warning", words.detail, words.next_step, words.path, _("Open the page"), alert.permission, about)


def _stands_still(situation: Situation) -> Iterator[Matter]:
    if not is_on(OptionCode.SAGE_INTACCT):
        yield Matter(
            "danger",
            _("Sage Intacct is turned off, so nothing is sent. What is waiting is held."),
            link=reverse("admin:options_option_changelist"),
            link_words=_("Administration › Application configuration › Options management"),
        )
    if situation.is_paused and situation.health is not None:
        yield Matter(
            "danger",
            _("The connection is paused, so nothing is sent."),
            situation.health.reason,
            reverse("admin:delivery_connectionhealth_change", args=[situation.health.pk]),
            situation.health.next_step or _("Open it to resume."),
            about=trouble(AlertKind.CONNECTION_DOWN),
        )
    if not situation.worker_is_alive:
        yield Matter(
            "danger",
            _("No worker is running, so nothing is sent."),
            _("Start it with: manage.py worker"),
            about=trouble(AlertKind.NO_WORKER),
        )
    configurations = "configuration.view_intacctconfiguration"
    if situation.configuration is None:
        yield Matter(
            "warning",
            _("No configuration is active."),
            link=reverse("admin:configuration_intacctconfiguration_changelist"),
            link_words=_("Administration › Integrations › Sage Intacct › Configuration"),
            permission=configurations,
        )
    elif situation.configuration.last_test_result == ConnectionTestResult.FAILED:
        yield Matter(
            "warning",
            _("The last connection test failed."),
            link=reverse("admin:configuration_intacctconfiguration_change", args=[situation.configuration.pk]),
            link_words=_("See which step, and what to do"),
            permission=configurations,
            about="" if situation.is_paused else trouble(AlertKind.CONNECTION_DOWN),
        )


def _went_wrong(situation: Situation) -> Iterator[Matter]:
    unclear = Delivery.objects.filter(
        state=State.VERIFYING, last_sent_at__lt=situation.now - UNCLEAR_FOR, due_at__isnull=False
    ).count()
    if unclear:
        yield Matter(
            "warning",
            ngettext(
                "Of %(number)d document it is unclear for more than an hour whether Sage Intacct has it.",
                "Of %(number)d documents it is unclear for more than an hour whether Sage Intacct has them.",
                unclear,
            )
            % {"number": unclear},
            _("Nothing is sent twice: Sage Intacct is asked again and again."),
            f"{reverse('admin:postings_posting_changelist')}?state={State.VERIFYING.value}",
            _("Postings that are verified"),
            about=trouble(AlertKind.OUTCOME_UNKNOWN),
        )
    for run in situation.runs:
        if run.has_failed:
            yield Matter(
                "danger",
                _("The last synchronisation of %(object)s failed.") % {"object": run.label},
                run.words,
                run.link,
                _("See why"),
            )
    yield from _master_data_in_error(situation)
    yield from _compared_at_night(situation)
    for endpoint in WebhookEndpoint.objects.filter(failing_since__isnull=False):
        words = _("The webhook %(name)s does not take messages.")
        if not endpoint.is_active:
            words = _("The webhook %(name)s took no messages and was switched off.")
        yield Matter(
            "warning",
            words % {"name": endpoint.name},
            endpoint.inactive_reason,
            reverse("admin:notifications_webhookendpoint_change", args=[endpoint.pk]),
            _("Open it"),
            about=trouble(AlertKind.WEBHOOK_OFF, endpoint.pk),
        )


def _compared_at_night(situation: Situation) -> Iterator[Matter]:
    """In two queries."""
    run = standing_of_nights(situation.configuration.pk) if situation.configuration else None
    if run is None or run.agrees:
        return
    if run.state == RunState.FAILED:
        words, detail = _("The nightly comparison with Intacct failed."), " ".join(run.messages)
    else:
        words = ngettext(
            "%(number)d document differs between portal and Intacct.",
            "%(number)d documents differ between portal and Intacct.",
            run.differing,
        ) % {"number": run.differing}
        days = {"first": date_format(run.first), "last": date_format(run.last)}
        detail = _("Posted from %(first)s to %(last)s, as last compared.") % days
    yield Matter(
        "danger",
        words,
        detail,
        reverse("admin:reconciliation_reconciliationrun_change", args=[run.pk]),
        _("See which, and what to do"),
        permission="postings.view_posting",
    )


def _master_data_in_error(situation: Situation) -> Iterator[Matter]:
    for node, counts in situation.records.items():
        if counts.get(IntegrationStatus.ERROR):
            yield Matter(
                "danger",
                error_words(node, counts[IntegrationStatus.ERROR]),
                link=integration_link(node, IntegrationStatus.ERROR),
                link_words=_("See which, and what to do"),
            )
