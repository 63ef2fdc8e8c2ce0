"""Postings: the list an admin works through, and a page for each that says what to do."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.delivery.states import LOOKS, MOST_TELLING_FIRST, OPEN_STATES
from apps.foundation.admin.live_rows import LiveRowsAdmin
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.counting import short_count
from apps.foundation.errors import PortalError
from apps.postings.admin.correction_page import correction_page
from apps.postings.admin.filters import CustomerFilter, StateFilter, SubmittedFilter, SupplierFilter
from apps.postings.admin.reversal_page import reversal_page
from apps.postings.admin.story_page import StoryPage
from apps.postings.models import Posting
from apps.postings.models.posting import PostingQuerySet
from apps.postings.page import totals
from apps.postings.selectors import last_changed_at, visible_postings, waits_for
from apps.postings.services.payments import read_now
from apps.postings.services.resubmit import cancel, retry, retry_many
from apps.postings.services.send_anyway import send_anyway
from apps.postings.state_counts import state_counts
from apps.postings.templatetags.money import money

SENT_ANYWAY = _(
    "What it waits for has not arrived in Sage Intacct. Where Sage Intacct knows the record all the same, it takes the "
    "posting; otherwise it refuses it, and the posting is in error. What waits for nothing stays as it is."
)
SUBJECTS_SHOWN = 100


@admin.register(Posting)
class PostingAdmin(LiveRowsAdmin, LongListAdmin):
    list_before_template = "admin/postings/state_tabs.html"
    live_columns = ("state", "result")
    list_display = (
        "document", "company_code", "posting_date", "counterparty", "amount", "state_badge", "result",
    )  # fmt: skip
    list_filter = (
        StateFilter, CustomerFilter, SupplierFilter, "document_type", "company", SubmittedFilter,
        ("posting_date", RangeDateFilter),
    )  # fmt: skip
    search_fields = ("number__prefix", "customer__exact", "supplier__exact", "supplier_document_number__exact")
    search_help_text = _("Document number or its start, customer, supplier")
    empty_words = _(
        "Documents arrive over the REST API. An API client for your ERP is made under Access › API clients."
    )
    actions = ("retry_selected", "correct_selected", "send_anyway_selected", "cancel_selected")
    ordering = ("-id",)
    sortable_by = ("document", "posting_date")

    def get_queryset(self, request: HttpRequest) -> PostingQuerySet:
        return visible_postings(viewer_of(request))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> "tuple[Any, bool]":
        """As it was typed, and in capitals: only then an index finds it among a million."""
        words = search_term.strip()
        condition = Q()
        for typed in {words, words.upper()} - {""}:
            for name in self.search_fields:
                condition |= Q(**{name: typed})
        return queryset.filter(condition), False

    def has_view_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """Somebody of the house who may see postings; another company's posting is not there for him."""
        allowed = super().has_view_permission(request, obj) and viewer_of(request).may(Action.SEE_POSTINGS)
        return bool(allowed)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with how many there are in each state above it and each page's totals."""
        response: Any = super().changelist_view(request, extra_context)
        changes = getattr(response, "context_data", {}).get("cl")
        if changes is not None:
            amounts = totals(changes.result_list)
            for posting in changes.result_list:
                posting.total = amounts.get(posting.pk)
            counts = state_counts(viewer_of(request))
            chosen = changes.params.get("state") or request.GET.get("state", "")
            response.context_data["state_tabs"] = [
                {
                    "label": state.label,
                    "look": LOOKS[state],
                    "count": counts[state],
                    "link": changes.get_query_string({"state": state.value}, ["p"]),
                    "chosen": chosen == state.value,
                }
                for state in MOST_TELLING_FIRST
                if counts[state] or chosen == state.value
            ]
            response.context_data["all_tab"] = {
                "count": short_count(Posting.objects.visible_to(viewer_of(request))),
                "link": changes.get_query_string(remove=["state", "p"]),
                "chosen": not chosen,
            }
        return response

    @display(description=_("document"), ordering="number")
    def document(self, posting: Posting) -> Any:
        return _rendered("admin/postings/document.html", posting=posting)

    @display(description=_("company"), ordering="company__code")
    def company_code(self, posting: Posting) -> str:
        return posting.company.code

    @display(description=_("state"))
    def state_badge(self, posting: Posting) -> Any:
        return self.live_cell("state", posting)

    @display(description=_("record number or problem"))
    def result(self, posting: Posting) -> Any:
        return self.live_cell("result", posting)

    def cell_state(self, posting: Posting) -> Any:
        return _rendered("components/state.html", look=LOOKS[posting.state], words=posting.state.label)

    def cell_result(self, posting: Posting) -> Any:
        deliveries = [document.delivery for document in posting.documents.all()]
        return _rendered("admin/postings/result.html", deliveries=deliveries, waits_for=waits_for(posting)[:1])

    def is_row_open(self, row: Posting) -> bool:
        return row.state in OPEN_STATES

    def words_of_row(self, row: Posting) -> str:
        return str(row.state.label)

    def row_stamp(self, row: Posting) -> Sequence[object]:
        return (row.state, last_changed_at(row), *waits_for(row))

    @display(description=_("customer or supplier"))
    def counterparty(self, posting: Posting) -> str:
        return posting.customer or posting.supplier or "–"

    @display(description=_("total"))
    def amount(self, posting: Posting) -> Any:
        total: Decimal | None = getattr(posting, "total", None)
        return _rendered("components/amount.html", amount=money(total, posting.currency), currency=posting.currency)

    @admin.action(description=_("Retry: send what is in error again"), permissions=["retry"])
    def retry_selected(self, request: HttpRequest, queryset: PostingQuerySet) -> HttpResponse | None:
        postings = list(queryset)
        if "confirmed" not in request.POST:
            title = ngettext("Send %d posting again?", "Send %d postings again?", len(postings)) % len(postings)
            words = _(
                "What is in error is sent again under its own number, and never twice. What is verifying is asked "
                "about in Intacct at once. The others stay as they are."
            )
            return self._asked(request, postings, "retry_selected", title, words, _("Yes, retry"), is_dangerous=False)
        retried, left = retry_many(postings=postings, viewer=viewer_of(request))
        if retried:
            text = ngettext("%d posting is sent again.", "%d postings are sent again.", retried) % retried
            messages.success(request, text)
        if left:
            text = ngettext("%d was not in error.", "%d were not in error.", left) % left
            messages.warning(request, text)
        return None

    @admin.action(description=_("Correct dimensions and attributes, then send again"), permissions=["correct"])
    def correct_selected(self, request: HttpRequest, queryset: PostingQuerySet) -> HttpResponse | None:
        return correction_page(
            request,
            {**self.admin_site.each_context(request), "opts": self.opts},
            list(queryset.prefetch_related("documents__delivery")),
            back=request.get_full_path(),
            kept=[("action", "correct_selected"), ("index", "0")],
        )

    @admin.action(description=_("Send anyway: without waiting for what is missing"), permissions=["retry"])
    def send_anyway_selected(self, request: HttpRequest, queryset: PostingQuerySet) -> HttpResponse | None:
        postings = list(queryset)
        if "confirmed" not in request.POST:
            title = ngettext("Send %d posting anyway?", "Send %d postings anyway?", len(postings)) % len(postings)
            words, button = SENT_ANYWAY, _("Yes, send anyway")
            return self._asked(request, postings, "send_anyway_selected", title, words, button, is_dangerous=True)
        self._send_anyway(request, postings)
        return None

    def _send_anyway(self, request: HttpRequest, postings: list[Posting]) -> None:
        gone, left = send_anyway(postings=postings, viewer=viewer_of(request))
        if gone:
            messages.success(request, ngettext("%d posting goes on.", "%d postings go on.", gone) % gone)
        if left:
            messages.warning(request, ngettext("%d did not wait.", "%d did not wait.", left) % left)

    @admin.action(description=_("Cancel: never send these"), permissions=["cancel"])
    def cancel_selected(self, request: HttpRequest, queryset: PostingQuerySet) -> HttpResponse | None:
        postings = list(queryset)
        if "confirmed" not in request.POST:
            title = ngettext("Cancel %d posting?", "Cancel %d postings?", len(postings)) % len(postings)
            words = _("A cancelled posting is never sent, and its number stays taken. What is in Intacct stays there.")
            return self._asked(request, postings, "cancel_selected", title, words, _("Yes, cancel"), is_dangerous=True)
        cancelled = 0
        for posting in postings:
            try:
                cancel(posting=posting, viewer=viewer_of(request))
            except PortalError as refusal:
                messages.warning(request, str(refusal))
            else:
                cancelled += 1
        if cancelled:
            messages.success(request, ngettext("%d is cancelled.", "%d are cancelled.", cancelled) % cancelled)
        return None

    def _asked(
        self, request: HttpRequest, postings: list[Posting], action: str, title: Any, words: Any, button: Any,
        *, is_dangerous: bool,
    ) -> HttpResponse:  # fmt: skip
        """Before an action on several: which they are, and in which state."""
        kept = [(ACTION_CHECKBOX_NAME, posting.pk) for posting in postings]
        return self.confirmation(
            request,
            title=title,
            words=words,
            button=button,
            back=request.get_full_path(),
            is_dangerous=is_dangerous,
            subjects=[f"{posting}: {posting.state.label}" for posting in postings[:SUBJECTS_SHOWN]],
            more_subjects=max(0, len(postings) - SUBJECTS_SHOWN),
            kept=[("action", action), ("index", "0"), *kept],
        )

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.RETRY)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.CANCEL)

    def has_correct_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.CORRECT)

    def has_reverse_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.REVERSE)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            *StoryPage(self).urls(),
            path("of-delivery/<str:delivery_id>/", view(self.of_delivery_view), name="postings_posting_of_delivery"),
            path("<str:object_id>/retry/", view(self.retry_view), name="postings_posting_retry"),
            path("<str:object_id>/correct/", view(self.correct_view), name="postings_posting_correct"),
            path("<str:object_id>/read-payment/", view(self.read_payment_view), name="postings_posting_read_payment"),
            path("<str:object_id>/send-anyway/", view(self.send_anyway_view), name="postings_posting_send_anyway"),
            path("<str:object_id>/cancel/", view(self.cancel_view), name="postings_posting_cancel"),
            path("<str:object_id>/reverse/", view(self.reverse_view), name="postings_posting_reverse"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The posting's own page instead of a form: nothing of it can be edited."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = StoryPage(self).page(request, object_id)
        return page or self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def of_delivery_view(self, request: HttpRequest, delivery_id: str) -> HttpResponse:
        """From an attempt or the audit trail to the posting."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        posting = visible_postings(viewer_of(request)).filter(documents__delivery=delivery_id).first()
        if posting is None:
            raise Http404
        return redirect("admin:postings_posting_change", posting.pk)

    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_retry_permission(request))
        return refused or self._do(request, object_id, retry, _("It is on its way again."))

    def correct_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form of a correction for one posting."""
        refused = self.to_be_posted(request, allowed=self.has_correct_permission(request))
        return refused or correction_page(
            request,
            {**self.admin_site.each_context(request), "opts": self.opts},
            [self._posting(request, object_id)],
            back=reverse("admin:postings_posting_change", args=[object_id]),
            kept=[],
        )

    def send_anyway_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_retry_permission(request))
        if refused is not None:
            return refused
        posting = self._posting(request, object_id)
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Send %s anyway?") % posting,
                words=SENT_ANYWAY,
                button=_("Yes, send anyway"),
                back=reverse("admin:postings_posting_change", args=[object_id]),
            )
        self._send_anyway(request, [posting])
        return redirect("admin:postings_posting_change", object_id)

    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_cancel_permission(request))
        if refused is None and "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Cancel %s?") % self._posting(request, object_id),
                words=_("A cancelled posting is never sent, and its number stays taken. This can't be undone."),
                button=_("Yes, cancel this posting"),
                back=reverse("admin:postings_posting_change", args=[object_id]),
            )
        return refused or self._do(request, object_id, cancel, _("It is cancelled and will not be sent."))

    def read_payment_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=viewer_of(request).may(Action.SYNCHRONISE))
        return refused or self._do(request, object_id, read_now, _("The payment is as it is in Sage Intacct now."))

    def reverse_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form of a reversal."""
        refused = self.to_be_posted(request, allowed=self.has_reverse_permission(request))
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return refused or reversal_page(request, context, self._posting(request, object_id))

    def _posting(self, request: HttpRequest, object_id: str) -> Posting:
        posting = visible_postings(viewer_of(request)).filter(pk=unquote(object_id)).first()
        if posting is None:
            raise Http404
        return posting

    def _do(self, request: HttpRequest, object_id: str, service: Callable[..., Any], done: Any) -> HttpResponse:
        posting = self._posting(request, object_id)
        try:
            service(posting=posting, viewer=viewer_of(request))
        except PortalError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect("admin:postings_posting_change", object_id)


def _rendered(template: str, **context: Any) -> Any:
    return render_to_string(template, context)
