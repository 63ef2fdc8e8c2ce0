"""Which language an answer is in: pages follow their reader, everything else is English (decision 0034)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

PAGES = ("/admin/", "/status/", "/language/")
"""Where people read. Machines read the rest: REST, callbacks, health, metrics and the sandbox gateway."""


class ReaderLanguage(LocaleMiddleware):
    """The language chosen in the menu (a cookie), else the browser's; English outside of pages."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(PAGES):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(PAGES):
            response = super().process_response(request, response)
        if not response.streaming:
            translation.deactivate()  # what this thread does next is not for this reader
        return response


def offered(request: HttpRequest) -> list[Mapping[str, Any]]:
    """The languages of the menu's switch, each by its own name."""
    return [{"code": code, "name_local": name} for code, name in settings.LANGUAGES]
