"""The *Finance* half of the *Integration* page: where every finance document stands, in DMO's own words."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.delivery.models import Delivery
from apps.delivery.states import INTEGRATION_STATUS, LOOKS, OPEN_STATES, IntegrationStatus
from apps.delivery.templatetags.looks import object_words
from apps.foundation.admin.live_rows import LiveRowsAdmin, moment
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.wording import translated
from apps.mapping.delivered_maps import DOCUMENTS
from apps.postings.document_types import DocumentType
from apps.postings.models import IntegratedDocument, Posting
from apps.postings.services.resubmit import retry_found

Documents = QuerySet[IntegratedDocument, IntegratedDocument]
MANY = 100_000


def _belonging_to(documents: Documents, found: QuerySet[Any, Any], path: str) -> Documents:
    """Documents of these deliveries, or postings. Few are found by their index and sorted; many are read newest first.

    SQLite does not know how many they are, and the wrong way takes seconds at a million.
    """
    if found.order_by().values("pk")[:MANY].count() < MANY:
        return documents.filter(**{f"{path}__in": found.order_by().values("pk")})
    return documents.filter(Exists(found.order_by().filter(pk=OuterRef(path))))


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [one for one in IntegrationStatus.choices if one[0] in set(INTEGRATION_STATUS.values())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        states = [state for state, status in INTEGRATION_STATUS.items() if status == self.value()]
        found = Delivery.objects.filter(state__in=states)
        return _belonging_to(queryset, found, "delivery") if states else queryset


class ObjectFilter(admin.SimpleListFilter):
    title = _("Sage Intacct object")
    parameter_name = "delivery__object_name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted((name, object_words(name)) for name in DOCUMENTS.objects())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        found = Delivery.objects.filter(object_name=self.value())
        return _belonging_to(queryset, found, "delivery") if self.value() else queryset


class DocumentTypeFilter(admin.SimpleListFilter):
    title = _("document type")
    parameter_name = "document_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return DocumentType.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        found = Posting.objects.filter(document_type=self.value())
        return _belonging_to(queryset, found, "posting") if self.value() else queryset


@admin.register(IntegratedDocument)
class IntegratedDocumentAdmin(LiveRowsAdmin, LongListAdmin):
    list_before_template = "admin/delivery/integration_filter.html"
    list_display = ("key", "becomes", "status_badge", "record_no", "last_message", "last_sent")
    live_columns = ("status", "record_no", "last_message", "last_sent")
    list_display_links = None
    list_filter = (StatusFilter, ObjectFilter, DocumentTypeFilter)
    search_fields = ("delivery__number__prefix", "delivery__record_no__exact")
    search_help_text = _("Document number (its beginning), record number")
    empty_words = _("No document was submitted yet.")
    ordering = ("-delivery_id",)
    actions = ("synchronise_chosen",)

    def get_queryset(self, request: HttpRequest) -> Documents:
        rows: Documents = super().get_queryset(request)
        # Not `posting__in`: SQLite would begin with all postings and sort their documents.
        seen = Posting.objects.visible_to(viewer_of(request)).filter(pk=OuterRef("posting"))
        unseen = ("delivery__payload", "delivery__expectation")
        return rows.filter(Exists(seen)).select_related("delivery").defer(*unseen)

    @display(description=_("key"), ordering="delivery__number")
    def key(self, document: IntegratedDocument) -> Any:
        address = reverse("admin:postings_posting_change", args=[document.posting_id])
        return format_html('<a href="{}">{}</a>', address, document.delivery.number)

    @display(description=_("Sage Intacct object"), ordering="delivery__object_name")
    def becomes(self, document: IntegratedDocument) -> str:
        return object_words(document.delivery.object_name)

    @display(description=_("status"))
    def status_badge(self, document: IntegratedDocument) -> Any:
        return self.live_cell("status", document)

    @display(description=_("record number"), ordering="delivery__record_no")
    def record_no(self, document: IntegratedDocument) -> Any:
        return self.live_cell("record_no", document)

    @display(description=_("last message"))
    def last_message(self, document: IntegratedDocument) -> Any:
        return self.live_cell("last_message", document)

    @display(description=_("last sent"), ordering="delivery__last_sent_at")
    def last_sent(self, document: IntegratedDocument) -> Any:
        return self.live_cell("last_sent", document)

    def cell_status(self, document: IntegratedDocument) -> Any:
        status = document.delivery.integration_status
        return render_to_string("components/state.html", {"look": LOOKS[status], "words": status.label})

    def cell_record_no(self, document: IntegratedDocument) -> Any:
        delivery = document.delivery
        if not delivery.record_url:
            return delivery.record_no or "–"
        return format_html('<a href="{}" rel="noopener">{}</a>', delivery.record_url, delivery.record_no)

    def cell_last_message(self, document: IntegratedDocument) -> str:
        return translated((document.delivery.problem or {}).get("detail", "")) or "–"

    def cell_last_sent(self, document: IntegratedDocument) -> str:
        return moment(document.delivery.last_sent_at)

    def is_row_open(self, row: IntegratedDocument) -> bool:
        return row.delivery.state in OPEN_STATES

    def words_of_row(self, row: IntegratedDocument) -> str:
        return str(row.delivery.integration_status.label)

    def row_stamp(self, row: IntegratedDocument) -> Sequence[object]:
        return (row.delivery.state, row.delivery.updated_at, row.delivery.last_sent_at)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.RETRY)

    @action(description=_("Force synchronise"), permissions=["retry"])
    def synchronise_chosen(self, request: HttpRequest, chosen: Documents) -> None:
        """Sends again what is in error; what is pending stays as it is. Never twice: Intacct is asked first."""
        postings = Posting.objects.filter(pk__in=chosen.order_by().values("posting"))
        retried, left = retry_found(postings=postings, viewer=viewer_of(request))
        words = _("%(retried)d sent again, %(left)d were not in error.") % {"retried": retried, "left": left}
        messages.add_message(request, messages.SUCCESS if retried else messages.WARNING, words)
