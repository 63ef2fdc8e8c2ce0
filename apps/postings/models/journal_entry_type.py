"""Which journal a document type is posted to. Delivered; an admin may change it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.postings.document_types import DocumentType


class JournalEntryType(DeliveredRow):
    document_type = models.CharField(_("document type"), max_length=32, choices=DocumentType)
    target_object = models.CharField(_("Intacct object"), max_length=40)
    journal = models.CharField(_("journal"), max_length=12, help_text=_("The symbol of the journal in Sage Intacct."))

    class Meta:
        verbose_name = _("journal entry type")
        verbose_name_plural = _("journal entry types")
        ordering = ["document_type", "target_object"]
        constraints = [
            models.UniqueConstraint(fields=["document_type", "target_object"], name="postings_journal_entry_type_once"),
            models.CheckConstraint(
                name="postings_entry_type_document_known", condition=Q(document_type__in=DocumentType.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_document_type_display()} → {self.journal}"
