"""Webhooks: made here, shown their secret once, tested, rotated, switched off and on."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from apps.delivery.states import Look
from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.errors import PortalError
from apps.notifications.admin.endpoint_form import EndpointForm
from apps.notifications.models import WebhookEndpoint, WebhookMessage
from apps.notifications.selectors import last_messages
from apps.notifications.services.endpoints import (
    activate,
    change_endpoint,
    create_endpoint,
    deactivate,
    delete_endpoint,
    rotate_secret,
)
from apps.notifications.services.messages import send_test

PAGE = "admin:notifications_webhookendpoint_change"
WORKING = (Look("success", "check_circle", _("Is told of what happens.")), _("Active"))
FAILING = (
    Look("warning", "sync_problem", _("Does not take messages. They are sent again by themselves.")),
    _("Failing"),
)
INACTIVE = (Look("default", "notifications_off", _("Is told nothing.")), _("Not active"))


def look_of(endpoint: WebhookEndpoint) -> tuple[Look, Any]:
    """How a webhook is shown: colour, icon, meaning; and its state in a word."""
    if not endpoint.is_active:
        return INACTIVE
    return FAILING if endpoint.failing_since else WORKING


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(PortalModelAdmin):
    change_form_outer_before_template = "admin/notifications/endpoint_state.html"
    change_form_outer_after_template = "admin/notifications/endpoint_messages.html"
    form = EndpointForm
    list_display = ("name", "state_badge", "address", "told_companies", "failing_since", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name",)
    search_help_text = _("Name")
    empty_words = _("A webhook tells your ERP when a posting is posted or needs a person, so that it need not ask.")
    actions = None
    fields = ("name", "url", "event_kinds", "all_companies", "companies")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint, WebhookEndpoint]:
        endpoints: QuerySet[WebhookEndpoint, WebhookEndpoint] = super().get_queryset(request)
        return endpoints.prefetch_related("companies")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """For who may only look, the fields are read-only and the framework's own form will do."""
        if obj is not None and not self.has_change_permission(request, obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    @display(description=_("state"), ordering="is_active")
    def state_badge(self, endpoint: WebhookEndpoint) -> Any:
        look, words = look_of(endpoint)
        return render_to_string("components/state.html", {"look": look, "words": words})

    @display(description=_("address"))
    def address(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.url.partition("?")[0]

    @display(description=_("companies"))
    def told_companies(self, endpoint: WebhookEndpoint) -> Any:
        if endpoint.all_companies:
            return _("all")
        return ", ".join(sorted(company.code for company in endpoint.companies.all()))

    def get_urls(self) -> list[Any]:
        def own(view: Any, name: str) -> Any:
            return path(
                f"<str:pk>/{name}/", self.admin_site.admin_view(view), name=f"notifications_webhookendpoint_{name}"
            )

        return [
            own(self.test_view, "test"),
            own(self.rotate_view, "rotate"),
            own(self.activate_view, "activate"),
            own(self.deactivate_view, "deactivate"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        endpoint = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if endpoint is not None:
            look, words = look_of(endpoint)
            shown = {
                "look": look,
                "state_words": words,
                "may_change": self.has_change_permission(request, endpoint),
                "last_messages": last_messages(endpoint),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        actor = request.user.get_username()
        if change:
            change_endpoint(endpoint=obj, wanted=form.wanted(), actor=actor)
            return
        new = create_endpoint(wanted=form.wanted(), actor=actor)
        obj.pk, obj._state.adding = new.endpoint.pk, False
        request.new_secret = new.secret  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has set the companies."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The webhook and how many messages go with it: not a line for each of them."""
        number = WebhookMessage.objects.filter(endpoint__in=objs).count()
        words = ngettext("%(number)d message with its tries", "%(number)d messages with their tries", number)
        return [*map(str, objs), words % {"number": number}], {_("webhooks"): len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        delete_endpoint(endpoint=obj, actor=request.user.get_username())

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._secret_page(request, obj, request.new_secret)  # type: ignore[attr-defined]

    def test_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """A worker sends it; the page shows what came of it."""
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
        try:
            message = send_test(endpoint=endpoint, actor=request.user.get_username())
        except PortalError as refusal:
            messages.error(request, str(refusal))
            return redirect(PAGE, pk)
        messages.success(request, _("A test event is on its way. What comes of it is shown here."))
        return redirect("admin:notifications_webhookmessage_change", message.pk)

    def rotate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Rotate the secret of %s?") % endpoint,
                words=_(
                    "A new secret is made and shown once. For 24 hours messages are signed with both, then with the "
                    "new one only: put it into the receiver by then. A secret that was replaced before ends now."
                ),
                button=_("Yes, make a new secret"),
                back=reverse(PAGE, args=[pk]),
            )
        return self._secret_page(request, endpoint, rotate_secret(endpoint=endpoint, actor=request.user.get_username()))

    def activate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        activate(endpoint=get_object_or_404(WebhookEndpoint, pk=pk), actor=request.user.get_username())
        messages.success(request, _("Active: it is told of what happens from now on, and gets what was waiting."))
        return redirect(PAGE, pk)

    def deactivate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        actor = request.user.get_username()
        deactivate(endpoint=get_object_or_404(WebhookEndpoint, pk=pk), reason=f"Deactivated by {actor}.", actor=actor)
        messages.success(request, _("Not active: it is told nothing. What waits is kept until it is activated."))
        return redirect(PAGE, pk)

    def _secret_page(self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
        """The secret in the answer itself: it is shown nowhere else, and kept encrypted."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The secret of %s") % endpoint.name,
            "endpoint": endpoint,
            "secret": secret,
        }
        response = TemplateResponse(request, "admin/notifications/new_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The audit trail has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As above."""
