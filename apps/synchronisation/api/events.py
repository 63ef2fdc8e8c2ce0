"""Where Smart Events arrive (contract sections 4 and 7)."""

import hmac
import json
import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.configuration.api.signing_in import basic_credentials
from apps.configuration.models import IntacctConfiguration
from apps.foundation.errors import PortalError
from apps.foundation.fields import SecretUnreadable
from apps.foundation.problems import CONTENT_TYPE, portal_problem
from apps.synchronisation.services.incoming_events import Told, receive

logger = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024
_LONGEST = {"object": 60, "event": 12, "recordno": 40, "id": 100, "key": 64}


@csrf_exempt
@require_POST
def smart_event(request: HttpRequest, code: str) -> HttpResponse:
    """Take an event: form arguments as a Smart Event posts them, or the same as a JSON object.

    Signed by the argument `token`, or by Basic sign-in with the configuration's ID: the callback secret. What the
    event says is not believed: the record is read back. Answers before it is worked.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _words("The event is larger than 64 KB.", 413)
    arguments = _arguments(request)
    try:
        configuration = IntacctConfiguration.objects.filter(code=code).first()
    except SecretUnreadable:
        logger.error("events for %s can't be let in: its callback secret can't be decrypted", code)
        return _words("The portal can't read its secrets now. Try again later.", 503)
    if not _signed_in(request, arguments, code, configuration.callback_secret if configuration else ""):
        return _words("Sign-in information is incorrect.", 401)
    assert configuration is not None  # noqa: S101  nobody signs in to one that is not there
    told = _told(arguments)
    if told is None:
        return _words("An event has the arguments object, event, and recordno or id, each a short text.", 400)
    try:
        taken = receive(configuration=configuration, told=told)
    except PortalError as refusal:
        return JsonResponse(portal_problem(refusal), status=refusal.http_status, content_type=CONTENT_TYPE)
    return _words("Taken." if taken else "Known already.", 200)


def _arguments(request: HttpRequest) -> dict[str, str]:
    """The arguments, by name; empty for a body that is neither a form nor a JSON object of texts."""
    if request.content_type != "application/json":
        return {name: str(value) for name, value in request.POST.items()}
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    return {name: str(value) for name, value in given.items() if isinstance(value, str | int)}


def _signed_in(request: HttpRequest, arguments: dict[str, str], code: str, secret: str) -> bool:
    user, given = basic_credentials(request) or (code, arguments.get("token", ""))
    # Compared even where there is no such configuration, so that the time taken tells nothing.
    same = hmac.compare_digest(f"{user}:{given}".encode(), f"{code}:{secret}".encode())
    return same and bool(secret)


def _told(arguments: dict[str, str]) -> Told | None:
    values = {name: arguments.get(name, "").strip() for name in _LONGEST}
    too_long = any(len(values[name]) > longest for name, longest in _LONGEST.items())
    if too_long or any(not value.isprintable() for value in values.values()):
        return None
    if not values["object"] or not values["event"] or not (values["recordno"] or values["id"]):
        return None
    return Told(
        object_name=values["object"].upper(),
        event=values["event"].lower(),
        record_no=values["recordno"],
        record_id=values["id"],
        key=values["key"],
    )


def _words(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain")
