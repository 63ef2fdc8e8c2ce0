"""What Sage Intacct said, when it was last asked, about the custom package that is imported there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration


class ImportedPackage(models.Model):
    """One for each configuration that was asked about. An empty fingerprint: none was imported."""

    configuration = models.OneToOneField(IntacctConfiguration, models.CASCADE, related_name="imported_package")
    fingerprint = models.CharField(_("content"), max_length=16, blank=True)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("imported package")
        verbose_name_plural = _("imported packages")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.configuration.code} {self.fingerprint}"
