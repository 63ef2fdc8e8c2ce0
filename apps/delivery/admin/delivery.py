"""Deliveries: every record that goes to Sage Intacct, with where it stands; from here to what it delivers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.configuration.models import secret_fields
from apps.delivery.admin.attempt import subject_url
from apps.delivery.models import Delivery
from apps.delivery.states import LOOKS, State
from apps.delivery.story import Happening, entries_of, happenings_of, stories_of, timeline
from apps.delivery.templatetags.looks import happening, object_words
from apps.foundation.admin.long_list import LongListAdmin
from apps.mapping.delivered_maps import DOCUMENTS, OUTBOUND


class ObjectFilter(admin.SimpleListFilter):
    """The objects that go out: known, so that the table is not read through for them."""

    title = _("Sage Intacct object")
    parameter_name = "object_name__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, object_words(name)) for name in sorted({*DOCUMENTS.objects(), *OUTBOUND.objects()})]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(object_name=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(LongListAdmin):
    change_form_outer_before_template = "admin/delivery/delivery_story.html"
    list_display = ("number", "becomes", "entity", "state_badge", "record_no", "last_sent_at", "updated_at")
    list_filter = ("state", ObjectFilter, "integration_level")
    search_fields = ("number__exact",)
    search_help_text = _("Document number")
    empty_words = _("Each document becomes one delivery or several when it is submitted. Nothing was submitted yet.")
    ordering = ("-id",)
    fields = (
        "natural_key", "becomes", "state_badge", "record_no", "connection", "integration_level", "entity", "control_id",
        "due_at", "last_sent_at", "posted_at", "created_at",
    )  # fmt: skip
    readonly_fields = ("becomes", "state_badge")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery, Delivery]:
        deliveries: QuerySet[Delivery, Delivery] = super().get_queryset(request)
        return deliveries.select_related("connection").defer("payload", "expectation", *secret_fields("connection__"))

    @display(description=_("becomes"), ordering="object_name")
    def becomes(self, delivery: Delivery) -> str:
        return object_words(delivery.object_name)

    @display(description=_("state"), ordering="state")
    def state_badge(self, delivery: Delivery) -> Any:
        state = State(delivery.state)
        return render_to_string("components/state.html", {"look": LOOKS[state], "words": state.label})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        delivery = self.get_object(request, object_id)
        may_see = viewer_of(request).may(Action.SEE_MESSAGES)
        context: dict[str, Any] = {
            "page_title": f"{object_words(delivery.object_name)} {delivery.number}" if delivery else "",
            "subject_url": subject_url(delivery.pk) if delivery else "",
            "look": LOOKS[delivery.state] if delivery else None,
            "may_see_messages": may_see,
        }
        if delivery is not None:
            context |= _told(delivery, with_texts=may_see)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


def _told(delivery: Delivery, *, with_texts: bool) -> dict[str, Any]:
    """Its way, attempts and timeline, as the page of what it delivers shows them."""
    (story,) = stories_of([delivery], with_texts=with_texts)
    entries = entries_of({"delivery": [delivery.pk]})
    happened = [Happening(one.at, happening(one.action), one.actor, str(one.detail.get("note", ""))) for one in entries]
    happened.extend(happenings_of(story, object_words(delivery.object_name)))
    return {"story": story, "timeline": timeline(happened)}
