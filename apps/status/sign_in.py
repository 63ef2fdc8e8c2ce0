"""Signing in to the status pages: a page of their own, because partners are never let into the admin."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.access.passwords import CountedSignIn, told_to_wait
from apps.status.private_pages import private


class SignInForm(CountedSignIn):
    error_messages = {
        **CountedSignIn.error_messages,
        "invalid_login": _(
            "User name and password do not belong together. Both distinguish capital and small letters."
        ),
    }


class SignIn(LoginView):
    template_name = "status/login.html"
    authentication_form = SignInForm
    next_page = "status:companies"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return private(told_to_wait(response))


class SignOut(LogoutView):
    next_page = "status:login"
