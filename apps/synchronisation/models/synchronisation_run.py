"""A run of a synchronisation: what was asked for, how far it is, how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import UlidField


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")


class SynchronisedObject(models.TextChoices):
    """What comes in from Sage Intacct (guide, "Financial data")."""

    ACCOUNT = "ACCOUNT", _("Accounts")
    JOURNAL = "JOURNAL", _("Journals")
    ENTITY = "ENTITY", _("Business entities")


class SynchronisationRun(models.Model):
    id = UlidField(primary_key=True)
    connection = models.ForeignKey(IntacctConfiguration, models.PROTECT, verbose_name=_("configuration"))
    object = models.CharField(_("object"), max_length=24, choices=SynchronisedObject)
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.RUNNING)
    total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    messages = models.JSONField(_("messages"), default=list, blank=True)
    started_by = models.CharField(_("started by"), max_length=150)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("synchronisation")
        verbose_name_plural = _("synchronisations")
        ordering = ["-id"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                name="synchronisation_run_state_known", condition=models.Q(state__in=RunState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_object_display()} {self.started_at:%Y-%m-%d %H:%M}"
