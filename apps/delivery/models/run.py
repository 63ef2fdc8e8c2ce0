"""Work that a person starts, a worker carries out in slices, and everybody can follow: what its row must hold."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.delivery.states import OPEN_RUN_STATES, RunState
from apps.foundation.fields import UlidField
from apps.foundation.wakeups import Wakeup


class Run(models.Model):
    """The row is the truth: a worker that dies leaves it with its last page, and the next one goes on from there.

    Claimed, kept, handed on and ended by `apps.delivery.services.runs`, which asks for a lease's token.
    """

    wakeup: ClassVar[Wakeup]
    """What wakes a worker for one of these."""

    id = UlidField(primary_key=True)
    connection = models.ForeignKey(IntacctConfiguration, models.PROTECT, verbose_name=_("configuration"))
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.WAITING)
    total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    messages = models.JSONField(_("messages"), default=list, blank=True)

    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    not_before = models.DateTimeField(_("goes on at"), null=True, blank=True, editable=False)
    setbacks = models.PositiveSmallIntegerField(default=0, editable=False)

    started_by = models.CharField(_("started by"), max_length=150)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_RUN_STATES

    @property
    def is_stalled(self) -> bool:
        """Its worker has died: another one takes it over."""
        return self.state == RunState.RUNNING and self.lease_until is not None and self.lease_until < timezone.now()
