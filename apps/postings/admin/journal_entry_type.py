"""Journal entry types: which journal a document goes to, and which account types its lines have."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from apps.access.admin.viewing import viewer_of
from apps.delivery.templatetags.looks import object_words
from apps.foundation.admin.audited import AuditedModelAdmin
from apps.mapping.delivered_maps import DOCUMENTS
from apps.organisation.admin.origin import ShowsOrigin
from apps.postings.admin.rows import LabelledInline
from apps.postings.models import JournalEntryType, JournalEntryTypeLine, PostingClassDefinition
from apps.postings.services.delivered import entry_type_snapshot, reset_journal_entry_types

EntryTypes = QuerySet[JournalEntryType, JournalEntryType]


class JournalEntryTypeLineInline(LabelledInline):
    model = JournalEntryTypeLine
    fields = ("order", "movement_type", "amount_type", "side", "account_type")
    verbose_name_plural = _("lines")

    def get_formset(self, request: HttpRequest, obj: JournalEntryType | None = None, **kwargs: Any) -> Any:
        """Only account types that the legislation knows."""
        formset = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("account_type")
        if field is not None:
            own = Q(legislation=None) | Q(legislation=obj.legislation_id if obj else None)
            field.queryset = PostingClassDefinition.objects.filter(own).order_by("code", "legislation")
        return formset


@admin.register(JournalEntryType)
class JournalEntryTypeAdmin(ShowsOrigin, AuditedModelAdmin):
    audited_as = "journal_entry_type"
    list_display = ("document_type", "of_legislation", "becomes", "journal", "is_active", "origin")
    list_filter = ("legislation", "document_type", "target_object", "is_active")
    list_select_related = ("legislation",)
    search_fields = ("name", "journal")
    search_help_text = _("Name, journal")
    empty_words = _("Journal entry types are delivered: run manage.py load_delivered_data.")
    fields = (
        "legislation", "document_type", "target_object", "name", "journal", "common_reference", "is_active", "origin",
    )  # fmt: skip
    readonly_fields = ("origin",)
    fixed_fields = ("legislation", "document_type", "target_object")
    inlines = (JournalEntryTypeLineInline,)
    actions = ("reset_selected",)

    def get_queryset(self, request: HttpRequest) -> EntryTypes:
        return super().get_queryset(request).prefetch_related("lines")

    def audited_values(self, row: JournalEntryType) -> dict[str, str]:
        return entry_type_snapshot(row)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only objects that documents become."""
        if db_field.name == "target_object":
            objects = [(name, object_words(name)) for name in sorted(DOCUMENTS.objects())]
            return forms.ChoiceField(label=_("Intacct object"), choices=objects, widget=UnfoldAdminSelectWidget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("legislation"), ordering="legislation__code")
    def of_legislation(self, entry_type: JournalEntryType) -> str:
        return entry_type.legislation.code if entry_type.legislation else str(_("Every other"))

    @display(description=_("becomes"), ordering="target_object")
    def becomes(self, entry_type: JournalEntryType) -> str:
        return object_words(entry_type.target_object)

    @admin.action(description=_("Reset to delivered settings"), permissions=["change"])
    def reset_selected(self, request: HttpRequest, queryset: EntryTypes) -> HttpResponse | None:
        chosen = list(queryset)
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Reset to delivered settings?"),
                words=_("What was changed here, lines too, is lost. Those that were made here stay as they are."),
                button=_("Yes, reset"),
                back=request.get_full_path(),
                subjects=[f"{self.of_legislation(one)}: {one}" for one in chosen],
                kept=[
                    ("action", "reset_selected"), ("index", "0"),
                    *((ACTION_CHECKBOX_NAME, one.pk) for one in chosen),
                ],
            )  # fmt: skip
        number = reset_journal_entry_types(chosen=chosen, actor=viewer_of(request).label)
        words = ngettext("%d was reset.", "%d were reset.", number) % number
        messages.add_message(request, messages.SUCCESS if number else messages.WARNING, words)
        return None
