"""A body that comes in chunks is refused in words: WSGI has no length for it, and Django would read it as empty."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from apps.foundation.problems import length_required


class LengthRequiredMiddleware:
    """411 for a request in chunks, before anybody takes it for an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers:
            return length_required(request)
        return self.get_response(request)
