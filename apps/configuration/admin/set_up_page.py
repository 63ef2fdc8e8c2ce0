"""The *Guided set-up* page: the guide as a living checklist."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.configuration.services.confirm_step import confirm
from apps.configuration.services.connection_test import test_connection
from apps.configuration.set_up import set_up
from apps.foundation.errors import PortalError
from apps.foundation.fields import SecretUnreadable

PAGE = "admin:configuration_set_up"


class SetUpPage:
    """The page's addresses, for the admin class of the configuration."""

    def __init__(self, admin: Any) -> None:
        self.admin = admin

    def urls(self) -> list[Any]:
        view = self.admin.admin_site.admin_view
        return [
            path("set-up/", view(self.show), name="configuration_set_up"),
            path("set-up/check/", view(self.check), name="configuration_set_up_check"),
            path("set-up/<slug:key>/confirm/", view(self.confirm), name="configuration_set_up_confirm"),
        ]

    def show(self, request: HttpRequest) -> HttpResponse:
        self.admin.require_view(request)
        context = {
            **self.admin.admin_site.each_context(request),
            "title": _("Guided set-up"),
            "opts": self.admin.opts,
            "set_up": set_up(),
            "may_change": self.admin.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/configuration/set_up.html", context)

    def check(self, request: HttpRequest) -> HttpResponse:
        """Ask Intacct: the connection test, whose steps the checklist reads."""
        refused: HttpResponse | None = self.admin.to_be_posted(
            request, allowed=self.admin.has_change_permission(request)
        )
        if refused is not None:
            return refused
        configuration = IntacctConfiguration.objects.filter(is_active=True).defer(*secret_fields()).first()
        if configuration is None:
            messages.error(request, _("There is no active configuration to ask with. Create one first."))
            return redirect(PAGE)
        try:
            test = test_connection(configuration=configuration, actor=request.user.get_username())
        except SecretUnreadable as refusal:
            messages.error(request, str(refusal))
        else:
            say = messages.success if test.passed else messages.error
            say(request, _("Sage Intacct was asked.") if test.passed else test.steps[-1].detail)
        return redirect(PAGE)

    def confirm(self, request: HttpRequest, key: str) -> HttpResponse:
        refused: HttpResponse | None = self.admin.to_be_posted(
            request, allowed=self.admin.has_change_permission(request)
        )
        if refused is not None:
            return refused
        try:
            confirm(key=key, done=request.POST.get("done") == "yes", actor=request.user.get_username())
        except PortalError as refusal:
            messages.error(request, str(refusal))
        return redirect(PAGE)
