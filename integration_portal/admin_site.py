"""The admin site: the portal's primary UI."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.access.passwords import told_to_wait
from apps.access.roles import Action, Role
from apps.access.viewer import viewer_for_user, viewer_of
from apps.foundation.fields import SecretUnreadable
from apps.status.dashboard import dashboard
from apps.status.urls import admin_urls
from integration_portal.passwords import OwnPassword, SignInForm

LIBRARIES_WITHOUT_PAGES = ("django_q", "rest_framework_api_key")
"""The queue's tables are no forms: a schedule's function is a free dotted path that a worker imports and calls."""


class PortalAdminSite(UnfoldAdminSite):
    site_title = _("Integration portal")
    site_header = _("Integration portal")
    index_title = _("Where things stand")
    index_template = "admin/status/dashboard.html"
    login_form = SignInForm

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        wanted = [model for model in models if model._meta.app_label not in LIBRARIES_WITHOUT_PAGES]
        super().register(wanted, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """A partner is never let in, whatever else is ticked on the page of the person."""
        return super().has_permission(request) and viewer_of(request).role != Role.PARTNER

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return told_to_wait(super().login(request, extra_context))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        request.current_app = self.name
        page = OwnPassword.as_view(extra_context={**self.each_context(request), **(extra_context or {})})
        return page(request)  # type: ignore[return-value]

    def get_urls(self) -> list[Any]:
        return [*admin_urls(self.admin_view), *super().get_urls()]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., HttpResponseBase]:
        """A page that needs a secret which no key opens says so. Rendered here, because a list reads its rows late."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response: HttpResponseBase = guarded(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response
            except SecretUnreadable as unreadable:
                return self._secret_unreadable(request, unreadable)

        return answer

    def _secret_unreadable(self, request: HttpRequest, unreadable: SecretUnreadable) -> TemplateResponse:
        context = {
            **self.each_context(request),
            "title": _("A stored password can't be read"),
            "words": str(unreadable),
        }
        return TemplateResponse(request, "admin/secret_unreadable.html", context, status=503)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        viewer = viewer_for_user(request.user)
        shown = dashboard(viewer, request.user.has_perm) if viewer.may(Action.SEE_POSTINGS) else None
        return super().index(request, {**(extra_context or {}), "dashboard": shown, "now": shown and shown.now})
