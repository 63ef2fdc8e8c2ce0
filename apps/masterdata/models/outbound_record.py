"""What every record has that originates here and is sent to Sage Intacct (guide, "General information")."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

CODE = RegexValidator(
    r"\A[^\s&<>\"'?#/](?:[^&<>\"'?#/\t\n\r]*[^\s&<>\"'?#/])?\Z",
    _("An ID has no blanks around it, and none of & < > \" ' ? # / in it."),
)
"""Intacct's IDs; a slash would also cut an address of the REST API in two."""


class OutboundQuerySet(models.QuerySet["OutboundRecord", "OutboundRecord"]):
    def alive(self) -> Self:
        """Without what was asked to be deleted."""
        return self.filter(deleted_at__isnull=True)


class OutboundRecord(models.Model):
    """A record that the portal owns. Where it stands in Sage Intacct is its integration state's business.

    `deleted_at`: it was deleted here and is still to be deleted, or made inactive, over there; hidden until then.
    """

    code = models.CharField(_("ID"), max_length=20, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = OutboundQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["updated_at"], name="masterdata_%(class)s_changed")]
        constraints = [
            models.CheckConstraint(name="masterdata_%(class)s_has_a_name", condition=~Q(name="") & ~Q(code="")),
            models.CheckConstraint(
                name="masterdata_%(class)s_deleted_is_inactive",
                condition=Q(deleted_at__isnull=True) | Q(is_active=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
