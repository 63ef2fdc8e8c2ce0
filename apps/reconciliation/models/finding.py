"""One line of a comparison's result: a document that differs, waits, or was made in Intacct itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.reconciliation.models.reconciliation_run import ReconciliationRun
from apps.reconciliation.result import Kind


class Section(models.TextChoices):
    """In the order in which they are read."""

    MISSING = Kind.MISSING.value, Kind.MISSING.label
    EXTRA = Kind.EXTRA.value, Kind.EXTRA.label
    DIFFERENT = Kind.DIFFERENT.value, Kind.DIFFERENT.label
    NOT_POSTED = "not_posted", _("Not posted yet")
    NOT_FROM_PORTAL = "not_from_portal", _("Not from the portal")


class Finding(models.Model):
    """Both sides as they were when they were compared, so that the result stays what it was (`apps…stored`)."""

    run = models.ForeignKey(ReconciliationRun, models.CASCADE, related_name="findings")
    section = models.CharField(_("section"), max_length=16, choices=Section)
    object_name = models.CharField(_("Intacct object"), max_length=40)
    number = models.CharField(_("number"), max_length=200, blank=True)
    record_no = models.CharField(_("record"), max_length=40, blank=True)
    content = models.JSONField()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="reconciliation_finding_section_known", condition=Q(section__in=Section.values))
        ]
        indexes = [
            models.Index(fields=["run", "section", "object_name", "number"], name="reconciliation_finding_listed")
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.number}"
