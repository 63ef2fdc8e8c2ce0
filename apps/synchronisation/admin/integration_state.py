"""The *Integration* page (Administration > Communication > Integration): where each record stands."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.configuration.models import secret_fields
from apps.configuration.selectors import active_configuration
from apps.delivery.models import IntegrationState
from apps.delivery.states import LOOKS, IntegrationStatus
from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.errors import PortalError
from apps.intacct import IntacctError
from apps.synchronisation.services.read_again import read_again


@admin.register(IntegrationState)
class IntegrationStateAdmin(ReadOnlyAdmin):
    list_display = ("key", "object_name", "status_badge", "record_no", "last_message", "last_integrated_at")
    list_filter = ("status", "object_name")
    search_fields = ("key__startswith", "=record_no")
    search_help_text = _("Key (its beginning), record number")
    empty_words = _("Nothing was synchronised yet. Start under Synchronisations.")
    actions = ("synchronise_chosen",)
    show_full_result_count = False
    fields = (
        "key", "node", "object_name", "status_badge", "last_message", "next_step", "record_no", "connection",
        "last_integrated_at", "updated_at",
    )  # fmt: skip
    readonly_fields = ("status_badge",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IntegrationState, IntegrationState]:
        states: QuerySet[IntegrationState, IntegrationState] = super().get_queryset(request)
        return states.select_related("connection").defer(*secret_fields("connection__"))

    @display(description=_("status"), ordering="status")
    def status_badge(self, state: IntegrationState) -> Any:
        status = IntegrationStatus(state.status)
        return render_to_string("components/state.html", {"look": LOOKS[status], "words": status.label})

    def has_synchronise_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.SYNCHRONISE)

    @action(description=_("Synchronise"), permissions=["synchronise"])
    def synchronise_chosen(self, request: HttpRequest, chosen: QuerySet[IntegrationState, IntegrationState]) -> None:
        """Reads the chosen records again."""
        try:
            done = read_again(states=chosen, connection=active_configuration(), actor=request.user.get_username())
        except (PortalError, IntacctError) as refusal:
            messages.error(request, f"{refusal} {getattr(refusal, 'next_step', '')}".strip())
            return
        words = _("%(kept)d synchronised, %(unread)d still in error, %(gone)d no longer in Sage Intacct.")
        level = messages.WARNING if done.unread or done.gone else messages.SUCCESS
        messages.add_message(request, level, words % vars(done))
