"""The *Integration* page (Administration > Communication > Integration): where each record stands."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.configuration.models import secret_fields
from apps.configuration.selectors import active_configuration
from apps.delivery.models import IntegrationState
from apps.delivery.states import LOOKS, IntegrationStatus
from apps.delivery.templatetags.looks import object_words
from apps.foundation.admin.base import stored_words
from apps.foundation.admin.live_rows import LiveRowsAdmin, moment
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.errors import PortalError
from apps.foundation.wording import translated
from apps.intacct import IntacctError
from apps.mapping.reading import inbound_objects
from apps.synchronisation.services.integration_actions import (
    MOST_READ,
    compare_states,
    reset_states,
    synchronise_states,
)
from apps.synchronisation.services.read_again import ReadAgain
from apps.synchronisation.services.take_over import Offer, can_be_taken_over, offers, take_over
from apps.synchronisation.sources import SOURCES as OUTBOUND

MOST_COMPARED = 1000
"""In one click: each 500 are one question to Sage Intacct."""
MOST_TAKEN_OVER = 200
"""In one click: a person reads what changes."""
MOST_SAID = 20


class ObjectFilter(admin.SimpleListFilter):
    """The objects that come in or go out: known, so that the table is not read through for them."""

    title = _("Sage Intacct object")
    parameter_name = "object_name__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted((name, object_words(name)) for name in {*OUTBOUND, *inbound_objects()})

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(object_name=self.value()) if self.value() else queryset


@admin.register(IntegrationState)
class IntegrationStateAdmin(LiveRowsAdmin, LongListAdmin):
    list_before_template = "admin/delivery/integration_filter.html"
    list_display = ("key", "object_name", "status_badge", "record_shown", "message_shown", "integrated_at")
    live_columns = ("status", "record_no", "last_message", "last_integrated_at")
    list_filter = ("status", ObjectFilter)
    search_fields = ("key__prefix", "record_no__exact")
    search_help_text = _("Key (its beginning), record number")
    empty_words = _(
        "Nothing was synchronised yet. Start under Synchronisations, or create an item, customer or supplier."
    )
    change_form_outer_before_template = "admin/synchronisation/integration_state_actions.html"
    actions = ("synchronise_chosen", "force_chosen", "take_over_chosen", "compare_chosen", "reset_chosen")
    fields = (
        "key", "node", "object_name", "status_badge", "message_words", "next_step_words", "waits_for",
        "difference_table", "record_no", "intacct_link", "version", "attempts_link", "connection",
        "last_integrated_at", "updated_at",
    )  # fmt: skip
    message_words = stored_words("last_message", _("last message"))
    next_step_words = stored_words("next_step", _("what to do"))
    readonly_fields = (
        "status_badge",
        "message_words",
        "next_step_words",
        "difference_table",
        "intacct_link",
        "attempts_link",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[IntegrationState, IntegrationState]:
        states: QuerySet[IntegrationState, IntegrationState] = super().get_queryset(request)
        unseen = ("delivery__payload", "delivery__expectation", *secret_fields("connection__"))
        return states.select_related("connection", "delivery").defer(*unseen)

    @display(description=_("status"), ordering="status")
    def status_badge(self, state: IntegrationState) -> Any:
        return self.live_cell("status", state)

    @display(description=_("record number"))
    def record_shown(self, state: IntegrationState) -> Any:
        return self.live_cell("record_no", state)

    @display(description=_("last message"))
    def message_shown(self, state: IntegrationState) -> Any:
        return self.live_cell("last_message", state)

    @display(description=_("last integrated"))
    def integrated_at(self, state: IntegrationState) -> Any:
        return self.live_cell("last_integrated_at", state)

    def cell_record_no(self, state: IntegrationState) -> str:
        return state.record_no or "–"

    def cell_last_message(self, state: IntegrationState) -> str:
        return translated(state.last_message) or "–"

    def cell_last_integrated_at(self, state: IntegrationState) -> str:
        return moment(state.last_integrated_at)

    def is_row_open(self, row: IntegrationState) -> bool:
        return row.status == IntegrationStatus.PENDING

    def words_of_row(self, row: IntegrationState) -> str:
        return row.get_status_display()

    def row_stamp(self, row: IntegrationState) -> Sequence[object]:
        return (row.status, row.updated_at, row.last_message, row.record_no)

    def cell_status(self, state: IntegrationState) -> Any:
        status = IntegrationStatus(state.status)
        return render_to_string("components/state.html", {"look": LOOKS[status], "words": status.label})

    @display(description=_("difference"))
    def difference_table(self, state: IntegrationState) -> Any:
        """Field by field: here, and in Sage Intacct."""
        if not state.difference:
            return "–"
        return render_to_string("admin/synchronisation/difference.html", {"rows": state.difference})

    @display(description=_("in Sage Intacct"))
    def intacct_link(self, state: IntegrationState) -> Any:
        if not state.record_url:
            return state.intacct_id or "–"
        return format_html('<a href="{}" rel="noopener">{}</a>', state.record_url, state.intacct_id or state.record_no)

    @display(description=_("last delivery"))
    def attempts_link(self, state: IntegrationState) -> Any:
        """When it was last sent, and how that ended."""
        if state.delivery is None:
            return "–"
        return f"{state.delivery.get_operation_display()}: {state.delivery.get_state_display()}"

    def has_synchronise_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.SYNCHRONISE)

    def has_take_over_permission(self, request: HttpRequest) -> bool:
        """Taking over changes records here, which synchronising never does."""
        viewer = viewer_of(request)
        return viewer.may(Action.SYNCHRONISE) and viewer.may(Action.WRITE_MASTER_DATA)

    @action(description=_("Synchronise"), permissions=["synchronise"])
    def synchronise_chosen(self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState]) -> None:
        """Reads again what comes in, and sends what goes out, unless it is there as it is here."""
        self._synchronise(request, chosen, forced=False)

    @action(description=_("Force synchronise"), permissions=["synchronise"])
    def force_chosen(self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState]) -> None:
        """The same, even for what did not change. Not for what is pending."""
        self._synchronise(request, chosen, forced=True)

    def _synchronise(
        self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState], *, forced: bool
    ) -> None:
        actor = request.user.get_username()
        try:
            done = synchronise_states(states=chosen, connection=active_configuration(), actor=actor, forced=forced)
        except (PortalError, IntacctError) as refusal:
            self._refused(request, refusal)
            return
        if done.handed_over or done.pending:
            words = _("%(handed_over)d on their way to Sage Intacct, %(pending)d were pending already.")
            messages.success(request, words % vars(done))
        if done.is_cut:
            words = _("Of what comes in, the first %d were read. Read a whole object under Synchronisations.")
            messages.warning(request, words % MOST_READ)
        if done.read != ReadAgain() or not (done.handed_over or done.pending):
            words = _("%(kept)d synchronised, %(unread)d still in error, %(gone)d no longer in Sage Intacct.")
            level = messages.WARNING if done.read.unread or done.read.gone else messages.SUCCESS
            messages.add_message(request, level, words % vars(done.read))

    @action(description=_("Take over what is in Sage Intacct"), permissions=["take_over"])
    def take_over_chosen(
        self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState]
    ) -> HttpResponse | None:
        """Shows first, record by record, what would change here."""
        return self._take_over(request, chosen, back=request.get_full_path(), kept=[("action", "take_over_chosen")])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        state = self.get_object(request, object_id)
        may = state is not None and self.has_take_over_permission(request) and can_be_taken_over(state)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_take_over": may})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.take_over_view)
        return [path("<str:pk>/take-over/", view, name="delivery_integrationstate_take_over"), *super().get_urls()]

    def take_over_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The same for one record, from its page."""
        refused = self.to_be_posted(request, allowed=self.has_take_over_permission(request))
        if refused is not None:
            return refused
        back = reverse("admin:delivery_integrationstate_change", args=[pk])
        asked = self._take_over(request, self.get_queryset(request).filter(pk=pk), back=back, kept=[])
        return asked or redirect(back)

    def _take_over(
        self,
        request: HttpRequest,
        chosen: QuerySet[IntegrationState, IntegrationState],
        *,
        back: str,
        kept: list[tuple[str, Any]],
    ) -> HttpResponse | None:
        """The page that asks; None: it was done, or refused, and said so."""
        states = list(chosen.order_by("id")[: MOST_TAKEN_OVER + 1])
        if len(states) > MOST_TAKEN_OVER:
            messages.error(request, _("Choose %d records at the most: each is shown to you first.") % MOST_TAKEN_OVER)
            return None
        try:
            connection = active_configuration()
            if "confirmed" not in request.POST:
                found = offers(states=states, connection=connection)
                kept = [*kept, *((ACTION_CHECKBOX_NAME, state.pk) for state in states)]
                kept += [("seen", f"{one.state.pk} {one.stamp}") for one in found]
                return self._asked(request, found, back, kept)
            seen = {pk: stamp for pk, _blank, stamp in (one.partition(" ") for one in request.POST.getlist("seen"))}
            done = take_over(
                states=states,
                connection=connection,
                actor=request.user.get_username(),
                seen=seen,
            )
        except (PortalError, IntacctError) as refusal:
            self._refused(request, refusal)
            return None
        words = _("%(changed)d taken over from Sage Intacct, %(equal)d were as there already.")
        messages.add_message(request, messages.SUCCESS if done.changed else messages.INFO, words % vars(done))
        for sentence in done.left[:MOST_SAID]:
            messages.warning(request, sentence)
        if len(done.left) > MOST_SAID:
            messages.warning(request, _("And %d more: see the records.") % (len(done.left) - MOST_SAID))
        return None

    def _asked(self, request: HttpRequest, found: list[Offer], back: str, kept: list[tuple[str, Any]]) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/synchronisation/take_over.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Take over what is in Sage Intacct?"),
                "offers": found,
                "can_change": any(one.proposal.changes for one in found),
                "back": back,
                "kept": kept,
            },
        )

    @action(description=_("Compare with Sage Intacct"), permissions=["synchronise"])
    def compare_chosen(self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState]) -> None:
        """Links what goes out to the record of its ID, and shows what differs; sends nothing."""
        some = list(chosen.order_by("id")[: MOST_COMPARED + 1])
        try:
            done = compare_states(
                states=some[:MOST_COMPARED], connection=active_configuration(), actor=request.user.get_username()
            )
        except (PortalError, IntacctError) as refusal:
            self._refused(request, refusal)
            return
        if len(some) > MOST_COMPARED:
            messages.warning(request, _("The first %d were compared: choose fewer, by a filter.") % MOST_COMPARED)
        words = _("%(equal)d are there as they are here, %(different)d differ, %(missing)d are not in Sage Intacct.")
        level = messages.WARNING if done.different or done.missing else messages.SUCCESS
        messages.add_message(request, level, words % vars(done))

    @action(description=_("Reset: forget the Intacct key"), permissions=["synchronise"])
    def reset_chosen(self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState]) -> None:
        """Of what goes out; the next synchronisation asks Sage Intacct anew."""
        try:
            number = reset_states(states=chosen, connection=active_configuration(), actor=request.user.get_username())
        except PortalError as refusal:
            self._refused(request, refusal)
            return
        messages.success(request, _("%d reset. Nothing changed in Sage Intacct.") % number)

    def _refused(self, request: HttpRequest, refusal: PortalError | IntacctError) -> None:
        step = "" if isinstance(refusal, PortalError) else refusal.next_step
        messages.error(request, f"{refusal} {step}".strip())
