"""Signing in to the status pages: a page of their own, because partners are never let into the admin."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from apps.access.limits import count_wrong_password, wait_before_sign_in
from apps.status.private_pages import private


class SignIn(LoginView):
    """After ten wrong passwords within a minute, nobody signs in from that address until the minute is over."""

    template_name = "status/login.html"
    next_page = "status:companies"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return private(super().dispatch(request, *args, **kwargs))  # type: ignore[arg-type]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = wait_before_sign_in(request)
        if not seconds:
            return super().post(request, *args, **kwargs)
        words = ngettext(
            "Too many wrong passwords came from your network. Wait %d second, then sign in again.",
            "Too many wrong passwords came from your network. Wait %d seconds, then sign in again.",
            seconds,
        )
        form = AuthenticationForm(request)
        response = self.render_to_response(self.get_context_data(form=form, refusal=words % seconds))
        response.status_code = 429
        response["Retry-After"] = str(seconds)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        count_wrong_password(self.request)
        return super().form_invalid(form)


class SignOut(LogoutView):
    next_page = "status:login"
