"""What is to be counted anew, how far changes were noted, and whose turn it is."""

from django.db import models
from django.db.models import Q

from apps.configuration.models import IntacctConfiguration


class StaleKind(models.TextChoices):
    """What a figure is of. Customers and suppliers as in `PartnerKind`."""

    DAY = "day"
    HOUR = "hour"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"


class StaleFigure(models.Model):
    """A mark: this figure is to be counted anew. `key`: a date, an hour, or the ID of a customer or supplier."""

    kind = models.CharField(max_length=8, choices=StaleKind)
    key = models.CharField(max_length=60)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="status_stalefigure_once"),
            models.CheckConstraint(name="status_stalefigure_kind_known", condition=Q(kind__in=StaleKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class RecountSource(models.TextChoices):
    """Where the figures of a kind are found, one source after the other."""

    RECORDS = "records"
    POSTINGS = "postings"
    FIGURES = "figures"


class Recount(models.Model):
    """What is left of a recount of all figures: those of this kind and source that come after `after`.

    `is_awaited`: the figures are not right before it was counted.
    """

    kind = models.CharField(max_length=8, choices=StaleKind)
    source = models.CharField(max_length=8, choices=RecountSource)
    after = models.CharField(max_length=60, blank=True)
    is_awaited = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="status_recount_once"),
            models.CheckConstraint(name="status_recount_kind_known", condition=Q(kind__in=StaleKind.values)),
            models.CheckConstraint(name="status_recount_source_known", condition=Q(source__in=RecountSource.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.after}"


class RollUp(models.Model):
    """One row. `noted_until`: changes up to then are marked; `as_of`: up to then the figures are right."""

    noted_until = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    connection = models.ForeignKey(IntacctConfiguration, models.SET_NULL, null=True, blank=True, related_name="+")
    wake_requested_at = models.DateTimeField(null=True, blank=True)
    turn_token = models.CharField(max_length=32, blank=True)
    turn_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="status_rollup_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"as of {self.as_of}"
