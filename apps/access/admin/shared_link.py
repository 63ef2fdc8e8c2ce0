"""Links to a company's status page: made here, shown once, revoked here."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from apps.access.models import LinkState, SharedLink
from apps.access.services.shared_links import create_link, revoke_link
from apps.foundation.admin.base import PortalModelAdmin

LIVES = ((7, _("7 days")), (30, _("30 days")), (90, _("90 days, the longest")))
PAGE = "admin:access_sharedlink_change"


class SharedLinkForm(forms.ModelForm):
    days = forms.TypedChoiceField(
        label=_("Works for"), choices=LIVES, coerce=int, initial=30, widget=UnfoldAdminSelectWidget()
    )


@admin.register(SharedLink)
class SharedLinkAdmin(PortalModelAdmin):
    form = SharedLinkForm
    change_form_outer_before_template = "admin/access/link_state.html"
    list_display = ("label", "company", "state_badge", "shows_amounts", "expires_at", "created_by", "created_at")
    list_filter = ("company",)
    list_select_related = ("company",)
    search_fields = ("label",)
    search_help_text = _("For whom")
    empty_words = _(
        "A shared link shows the status of one company to somebody without a login, until it expires or is revoked."
    )
    actions = None
    shown = ("company", "label", "shows_amounts", "expires_at", "created_by", "created_at", "revoked_at")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[SharedLink, SharedLink]":
        return super().get_queryset(request).select_related("company")

    def get_fields(self, request: HttpRequest, obj: SharedLink | None = None) -> Any:
        return ("company", "label", "days", "shows_amounts") if obj is None else self.shown

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody was given stays what it was: revoke it, and make another."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_revoke(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    @display(description=_("state"))
    def state_badge(self, link: SharedLink) -> Any:
        return render_to_string("admin/access/link_badge.html", {"link": link})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        link = self.get_object(request, object_id)
        may_revoke = link is not None and link.state == LinkState.WORKS and self.may_revoke(request)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_revoke": may_revoke})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<str:reference>/revoke/", view, name="access_sharedlink_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Asks first: a revoked link never works again."""
        refused = self.to_be_posted(request, allowed=self.may_revoke(request))
        if refused is not None:
            return refused
        link: SharedLink | None = self.get_object(request, reference)
        if link is None:
            raise Http404
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Revoke the link for %s?") % link.label,
                words=_(
                    "Whoever opens it from now on is told that it leads nowhere. This can't be undone: it will need a "
                    "new link."
                ),
                button=_("Yes, revoke the link"),
                back=reverse(PAGE, args=[reference]),
            )
        revoke_link(link=link, actor=request.user.get_username())
        messages.success(request, _("The link for %s is revoked.") % link.label)
        return redirect(PAGE, reference)

    def save_model(self, request: HttpRequest, obj: SharedLink, form: "forms.ModelForm[Any]", change: bool) -> None:
        new = create_link(
            company=obj.company,
            label=obj.label,
            days=form.cleaned_data["days"],
            shows_amounts=obj.shows_amounts,
            actor=request.user.get_username(),
        )
        obj.__dict__.update({key: value for key, value in new.link.__dict__.items() if not key.startswith("_")})
        request.new_link_token = new.token  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: SharedLink, post_url_continue: str | None = None) -> HttpResponse:
        """The link in the answer itself: it is kept nowhere, not even until the next page."""
        token = request.new_link_token  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The link for %s") % obj.label,
            "link": obj,
            "address": f"{settings.PORTAL_BASE_URL}{reverse('status:shared', args=[token])}",
        }
        response = TemplateResponse(request, "admin/access/new_link.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The audit trail has it, written with the link itself."""
