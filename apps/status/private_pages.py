"""Pages for their reader only: who is let in, and the headers by which they are kept nowhere and found by nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from apps.access.roles import Action
from apps.access.selectors import link_behind
from apps.access.viewer import viewer_for_link, viewer_of
from apps.foundation.live import live_poll

View = Callable[..., HttpResponse]
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'", "style-src 'self'", "font-src 'self'", "img-src 'self'", "script-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def for_signed_in(view: View) -> View:
    """For people with status pages; `view` is given their viewer. Others are sent to sign in, or told who can help."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return private(redirect_to_login(request.get_full_path(), reverse("status:login")))
        viewer = viewer_of(request)
        if not viewer.may(Action.SEE_COMPANY_STATUS):
            return private(TemplateResponse(request, "status/refused.html", status=403))
        try:
            return private(view(request, viewer, *args, **kwargs))
        except Http404:
            return private(TemplateResponse(request, "status/no_such_company.html", status=404))

    return answer


def for_link_holders(view: View) -> View:
    """For whoever holds a link that works; `view` is given its viewer, the link and the token.

    A token that is wrong, expired or revoked is answered by one page, whose words and work are the same.

    The language is the one that the address asks for (`?language=fr`), else the browser's: these pages set no cookie,
    and send no referrer, without which Django lets in no form that would set one.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_asked_for(request)
        if language:
            translation.activate(language)  # for this request: the middleware ends it
        link = link_behind(token)
        if link is None:
            response: HttpResponse = TemplateResponse(request, "status/no_such_link.html", status=404)
        else:
            response = view(request, viewer_for_link(link), link, token, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return private(response)

    return answer


def language_asked_for(request: HttpRequest) -> str:
    """The language that the address of a shared link's page names; empty where it names none that there is."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def polled(view: View) -> View:
    """For a part that the page asks for again: where that ends, it is told in the part, not by a page inside a page."""
    with_an_end = live_poll(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "HX-Request" not in request.headers:
            return view(request, *args, **kwargs)
        response = with_an_end(request, *args, **kwargs)
        assert isinstance(response, HttpResponse)  # noqa: S101  nothing here streams
        return private(response)

    return answer
