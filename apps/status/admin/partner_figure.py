"""*Dashboards › Customers at a glance*, and suppliers: integrated or not, documents, amounts, what fails."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.delivery.states import LOOKS, IntegrationStatus, State
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.audit import Event, record
from apps.status.figures import freshness
from apps.status.models import CustomerFigure, PartnerFigure, PartnerKind, SupplierFigure
from apps.status.partner_files import MOST_IN_XLSX, as_csv, as_xlsx
from apps.status.partners import partner_page, places_of

Figures = QuerySet[PartnerFigure, PartnerFigure]
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PartnerList(ChangeList):
    """Sorted by one column, each with its index; the primary key goes the same way, as it does in the index."""

    def get_ordering(self, request: HttpRequest, queryset: Figures) -> list[Any]:
        first = super().get_ordering(request, queryset)[0]
        name, downwards = first.lstrip("-"), first.startswith("-")
        last: bool | None = True if name == "last_activity_at" else None
        column = F(name).desc(nulls_last=last) if downwards else F(name).asc(nulls_last=last)
        return [column, "-pk" if downwards else "pk"]


class DocumentsFilter(admin.SimpleListFilter):
    title = _("documents")
    parameter_name = "documents"
    conditions = {
        "in_error": Q(in_error__gt=0),
        "pending": Q(pending__gt=0),
        "none": Q(last_activity_at__isnull=True),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("in_error", _("In error")), ("pending", _("Pending")), ("none", _("None yet"))]

    def queryset(self, request: HttpRequest, queryset: Figures) -> Figures:
        condition = self.conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class PartnerFigureAdmin(LongListAdmin):
    """A row each, counted by the worker: the page costs the same however many documents there are."""

    kind: PartnerKind
    list_before_template = "admin/status/partners_before.html"
    list_display = (
        "record", "shown_name", "status_badge", "posted_link", "pending_link", "in_error_link", "posted_amounts",
        "open_amounts", "last_activity",
    )  # fmt: skip
    list_display_links = ("record",)
    list_filter = (DocumentsFilter, "status")
    sortable_by = (
        "record", "shown_name", "status_badge", "posted_link", "pending_link", "in_error_link", "last_activity",
    )  # fmt: skip
    search_fields = ("folded_code", "folded_name")
    search_help_text = _("ID or name (its beginning)")
    ordering = ("code",)
    empty_words = _(
        "The worker counts each minute, and nothing was counted yet. Start it with: manage.py worker. Or count now "
        "with: manage.py roll_up_figures."
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PartnerList]:
        return PartnerList

    def get_queryset(self, request: HttpRequest) -> Figures:
        figures: Figures = super().get_queryset(request)
        return figures.prefetch_related("amounts")

    def get_search_results(self, request: HttpRequest, queryset: Figures, search_term: str) -> tuple[Figures, bool]:
        """Whatever the case, by an index: names are kept folded beside themselves. By name only what is no ID."""
        sought = search_term.strip().casefold()
        if not sought:
            return queryset, False
        by_code = queryset.filter(folded_code__prefix=sought)
        return (by_code if by_code.exists() else queryset.filter(folded_name__prefix=sought)), False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        viewer = viewer_of(request)
        may = viewer.may(Action.SEE_STATUS) and viewer.may(Action.SEE_POSTINGS)
        return bool(super().has_view_permission(request, obj) and may)

    def get_urls(self) -> list[Any]:
        name = f"status_{self.opts.model_name}_export"
        return [
            path("export/<str:file_format>/", self.admin_site.admin_view(self.export_view), name=name),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, {**(extra_context or {}), "freshness": freshness()})
        changes = getattr(response, "context_data", {}).get("cl")
        if changes is not None:
            places = places_of(self.kind, [figure.code for figure in changes.result_list])
            for figure in changes.result_list:
                figure.places = places[figure.code]
            response.context_data["tabs"] = _tabs(changes, request.GET.get("documents", ""))
            response.context_data["exports"] = [
                {"label": words, "action": self._export_address(name) + changes.get_query_string(remove=["p"])}
                for name, words in (("csv", "CSV"), ("xlsx", "XLSX"))
            ]
        return response

    @display(description=_("ID"), ordering="code")
    def record(self, figure: PartnerFigure) -> str:
        """The ID, to the page of this one."""
        return figure.code

    @display(description=_("name"), ordering="folded_name")
    def shown_name(self, figure: PartnerFigure) -> Any:
        """The name, to the record where there is one."""
        link = _change(f"masterdata_{self.kind}", figure.places.record_id)  # type: ignore[attr-defined]
        words = figure.name or _("Not in the master data")
        return render_to_string("admin/status/linked.html", {"link": link, "words": words})

    @display(description=_("integration status"), ordering="status")
    def status_badge(self, figure: PartnerFigure) -> Any:
        link = _change("delivery_integrationstate", figure.places.state_id)  # type: ignore[attr-defined]
        return render_to_string("admin/status/linked_state.html", {"link": link, **state_of(figure)})

    @display(description=_("posted"), ordering="posted")
    def posted_link(self, figure: PartnerFigure) -> Any:
        return self._number(figure.posted, figure, "posted")

    @display(description=_("pending"), ordering="pending")
    def pending_link(self, figure: PartnerFigure) -> Any:
        return self._number(figure.pending, figure, "open")

    @display(description=_("in error"), ordering="in_error")
    def in_error_link(self, figure: PartnerFigure) -> Any:
        return self._number(figure.in_error, figure, "error")

    @display(description=_("amount posted"))
    def posted_amounts(self, figure: PartnerFigure) -> Any:
        amounts = [(one.posted, one.currency) for one in figure.amounts.all() if one.posted]
        return render_to_string("admin/status/amounts.html", {"amounts": amounts})

    @display(description=_("amount not yet posted"))
    def open_amounts(self, figure: PartnerFigure) -> Any:
        amounts = [(one.open, one.currency) for one in figure.amounts.all() if one.open]
        return render_to_string("admin/status/amounts.html", {"amounts": amounts})

    @display(description=_("last activity"), ordering="last_activity_at")
    def last_activity(self, figure: PartnerFigure) -> Any:
        return figure.last_activity_at

    def _number(self, number: int, figure: PartnerFigure, state: str) -> Any:
        link = postings_of(figure, state) if number else ""
        return render_to_string("admin/status/linked.html", {"link": link, "words": number})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One customer or supplier."""
        self.require_view(request)
        figure = self.get_object(request, unquote(object_id))
        if figure is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        page = partner_page(figure, viewer_of(request))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(figure),
            "is_fullwidth": "1",
            "page": page,
            "freshness": freshness(),
            "record_link": _change(f"masterdata_{self.kind}", page.places.record_id),
            "state_link": _change("delivery_integrationstate", page.places.state_id),
            "postings_link": postings_of(figure),
            "tiles": [
                {"label": words, "number": number, "look": LOOKS[look], "link": postings_of(figure, state)}
                for words, number, look, state in (
                    (_("In error"), figure.in_error, State.ERROR, "error"),
                    (_("Pending"), figure.pending, State.PENDING, "open"),
                    (_("Posted"), figure.posted, State.POSTED, "posted"),
                )
            ],
            **state_of(figure),
        }
        return TemplateResponse(request, "admin/status/partner.html", context)

    def export_view(self, request: HttpRequest, file_format: str) -> HttpResponseBase:
        """What the list shows, as a file; who took it is in the audit trail."""
        refused = self.to_be_posted(request, allowed=self.has_view_permission(request))
        if refused is not None:
            return refused
        if file_format not in ("csv", "xlsx"):
            raise Http404
        back = reverse(f"admin:status_{self.opts.model_name}_changelist")
        try:
            figures: Figures = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(back)
        number = figures.count()
        if file_format == "xlsx" and number > MOST_IN_XLSX:
            words = _("A workbook has %(most)d rows at the most, and these are %(number)d. Take CSV, or filter.")
            messages.error(request, words % {"most": MOST_IN_XLSX, "number": number})
            return redirect(f"{back}?{request.GET.urlencode()}")
        record(
            Event(
                actor=request.user.get_username(),
                action="figures_exported",
                subject_type=self.opts.model_name or "",
                subject_id=file_format,
                subject_label=str(self.opts.verbose_name_plural),
                detail={"rows": number, "filter": request.GET.urlencode()},
            )
        )
        answer: HttpResponseBase
        if file_format == "csv":
            answer = StreamingHttpResponse(as_csv(figures), content_type="text/csv; charset=utf-8")
        else:
            answer = HttpResponse(as_xlsx(figures, title=f"{self.kind.value.capitalize()}s"), content_type=XLSX_TYPE)
        name = f"{self.kind}s-{timezone.now():%Y-%m-%d}.{file_format}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _export_address(self, file_format: str) -> str:
        return reverse(f"admin:status_{self.opts.model_name}_export", args=[file_format])


@admin.register(CustomerFigure)
class CustomerFigureAdmin(PartnerFigureAdmin):
    kind = PartnerKind.CUSTOMER


@admin.register(SupplierFigure)
class SupplierFigureAdmin(PartnerFigureAdmin):
    kind = PartnerKind.SUPPLIER


def _tabs(changes: Any, chosen: str) -> list[dict[str, Any]]:
    """All, and those whose documents need a look."""
    tabs = [
        ("", _("All"), None),
        ("in_error", _("With documents in error"), LOOKS[State.ERROR]),
        ("pending", _("With pending documents"), LOOKS[State.PENDING]),
        ("none", _("Without documents"), LOOKS[IntegrationStatus.NOT_INTEGRATED]),
    ]
    return [
        {
            "label": words,
            "look": look,
            "chosen": chosen == value,
            "link": changes.get_query_string({"documents": value} if value else {}, ["p", "documents"]),
        }
        for value, words, look in tabs
    ]


def state_of(figure: PartnerFigure) -> dict[str, Any]:
    """The integration status as it is shown everywhere."""
    status = IntegrationStatus(figure.status)
    return {"look": LOOKS[status], "words": status.label}


def postings_of(figure: PartnerFigure, state: str = "") -> str:
    """The list of its postings, all or in one state."""
    asked = {figure.kind: figure.code, **({"state": state} if state else {})}
    return f"{reverse('admin:postings_posting_changelist')}?{urlencode(asked)}"


def _change(name: str, pk: Any) -> str:
    return reverse(f"admin:{name}_change", args=[pk]) if pk is not None else ""
