"""Where Sage Intacct answers asynchronous requests (contract sections 4 and 7)."""

import hmac
import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.configuration.api.signing_in import basic_credentials
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import require_active
from apps.configuration.services.asynchronous_test import receive
from apps.foundation.errors import PortalError
from apps.foundation.fields import SecretUnreadable
from apps.foundation.problems import CONTENT_TYPE, portal_problem
from apps.intacct import IntacctError
from apps.options.models import OptionCode
from apps.options.selectors import require

logger = logging.getLogger(__name__)
MOST_BYTES = 1024 * 1024


@csrf_exempt
@require_POST
def asynchronous_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Take an answer. Signed in by the policy's user and password: the configuration's ID and its callback secret.

    An answer that nothing waits for (a repeat, a late one) is taken and changes nothing.
    """
    try:
        configuration = IntacctConfiguration.objects.filter(code=code).first()
    except SecretUnreadable:
        logger.error("answers for %s can't be let in: its callback secret can't be decrypted", code)
        return HttpResponse("The portal can't read its secrets now. Try again later.", status=503)
    if not _signed_in(request, code, configuration.callback_secret if configuration else ""):
        return HttpResponse("Sign-in information is incorrect.", status=401, content_type="text/plain")
    assert configuration is not None  # noqa: S101  nobody signs in to one that is not there
    try:
        require(OptionCode.SAGE_INTACCT)
        require_active(configuration)
    except PortalError as refusal:
        return JsonResponse(portal_problem(refusal), status=refusal.http_status, content_type=CONTENT_TYPE)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse("The answer is larger than 1 MB.", status=413, content_type="text/plain")
    try:
        settled = receive(configuration=configuration, document=request.body)
    except IntacctError as error:
        logger.warning("asynchronous answer for %s not understood: %s", code, error)
        return HttpResponse("This is not an answer of the XML gateway.", status=400, content_type="text/plain")
    return HttpResponse("Taken." if settled else "Nothing waits for this answer.", content_type="text/plain")


def _signed_in(request: HttpRequest, user: str, secret: str) -> bool:
    given = basic_credentials(request)
    if given is None:
        return False
    # Compared even where there is no such configuration, so that the time taken tells nothing.
    same = hmac.compare_digest(":".join(given).encode(), f"{user}:{secret}".encode())
    return same and bool(secret)
