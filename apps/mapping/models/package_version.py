"""The versions of a configuration's custom package: a new one whenever its content became another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration


class PackageVersion(models.Model):
    """A content that was downloaded. The file itself is not kept: it holds the secret, and can be made again."""

    configuration = models.ForeignKey(IntacctConfiguration, models.CASCADE, related_name="package_versions")
    number = models.PositiveIntegerField(_("version"))
    fingerprint = models.CharField(_("content"), max_length=16)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.CharField(_("by"), max_length=150)

    class Meta:
        verbose_name = _("custom package version")
        verbose_name_plural = _("custom package versions")
        ordering = ["configuration", "-number"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["configuration", "number"], name="mapping_package_version_once"),
            models.UniqueConstraint(fields=["configuration", "fingerprint"], name="mapping_package_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.configuration.code} {self.number}"
