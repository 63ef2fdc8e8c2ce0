"""Which journal a document type goes to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.foundation.admin.base import PortalModelAdmin
from apps.postings.models import JournalEntryType


@admin.register(JournalEntryType)
class JournalEntryTypeAdmin(PortalModelAdmin):
    list_display = ("document_type", "target_object", "journal")
    list_filter = ("target_object", "journal")
    search_fields = ("journal",)
    search_help_text = _("Journal")
    empty_words = _("Journal entry types are delivered: run manage.py load_delivered_data.")
