"""The *Integration* page (Administration > Communication > Integration): where each record stands."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
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
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.errors import PortalError
from apps.intacct import IntacctError
from apps.synchronisation.services.inbound_records import SOURCES as INBOUND
from apps.synchronisation.services.integration_actions import (
    MOST_READ,
    compare_states,
    reset_states,
    synchronise_states,
)
from apps.synchronisation.services.read_again import ReadAgain
from apps.synchronisation.sources import SOURCES as OUTBOUND

MOST_COMPARED = 1000
"""In one click: each 500 are one question to Sage Intacct."""


class ObjectFilter(admin.SimpleListFilter):
    """The objects that come in or go out: known, so that the table is not read through for them."""

    title = _("Sage Intacct object")
    parameter_name = "object_name__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        names = {*OUTBOUND, *(object_name for object_name, _model in INBOUND.values())}
        return sorted((name, object_words(name)) for name in names)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(object_name=self.value()) if self.value() else queryset


@admin.register(IntegrationState)
class IntegrationStateAdmin(LongListAdmin):
    list_before_template = "admin/delivery/integration_filter.html"
    list_display = ("key", "object_name", "status_badge", "record_no", "last_message", "last_integrated_at")
    list_filter = ("status", ObjectFilter)
    search_fields = ("key__prefix", "record_no__exact")
    search_help_text = _("Key (its beginning), record number")
    empty_words = _(
        "Nothing was synchronised yet. Start under Synchronisations, or create an item, customer or supplier."
    )
    actions = ("synchronise_chosen", "force_chosen", "compare_chosen", "reset_chosen")
    fields = (
        "key", "node", "object_name", "status_badge", "last_message", "next_step", "waits_for", "difference_table",
        "record_no", "intacct_link", "version", "attempts_link", "connection", "last_integrated_at", "updated_at",
    )  # fmt: skip
    readonly_fields = ("status_badge", "difference_table", "intacct_link", "attempts_link")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IntegrationState, IntegrationState]:
        states: QuerySet[IntegrationState, IntegrationState] = super().get_queryset(request)
        unseen = ("delivery__payload", "delivery__expectation", *secret_fields("connection__"))
        return states.select_related("connection", "delivery").defer(*unseen)

    @display(description=_("status"), ordering="status")
    def status_badge(self, state: IntegrationState) -> Any:
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
