"""Every refusal over REST as a problem document (RFC 9457, contract section 5)."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.foundation.errors import Flaw, PortalError

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
_TITLES = {
    400: "The request can't be read",
    401: "You are not signed in",
    403: "You may not do this",
    404: "Not found",
    405: "This address does not know that method",
    406: "That answer format is not offered",
    409: "The request conflicts with what is stored",
    411: "The request's length is missing",
    413: "The request is too large",
    415: "That content type is not accepted",
    422: "The request is not acceptable",
    429: "Too many requests",
    500: "The portal failed",
    503: "The portal is busy",
}


def problem(
    *,
    http_status: int,
    code: str,
    detail: str,
    title: str = "",
    flaws: Any = (),
    next_step: str = "",
) -> dict[str, Any]:
    """The body of a problem document."""
    document: dict[str, Any] = {
        "type": f"urn:portal:problem:{code}",
        "title": title or _TITLES.get(http_status, "The request was refused"),
        "status": http_status,
        "code": code,
        "detail": detail,
    }
    if next_step:
        document["next_step"] = next_step
    document["errors"] = [{"pointer": flaw.pointer, "code": flaw.code, "detail": flaw.detail} for flaw in flaws]
    return document


def portal_problem(error: PortalError) -> dict[str, Any]:
    """A portal refusal as a problem document."""
    return problem(
        http_status=error.http_status,
        code=error.code,
        title=error.title,
        detail=error.detail,
        flaws=error.flaws,
        next_step=error.next_step,
    )


def _answer(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    set_rollback()
    return Response(document, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What is not a known refusal stays an exception (a 500, logged)."""
    if isinstance(error, PortalError):
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
        return _answer(portal_problem(error), headers)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        return _answer(
            problem(http_status=413, code="body_too_large", detail="The request's body is larger than 10 MB.")
        )
    elif isinstance(error, OperationalError):
        logger.warning("database unavailable: %s", type(error).__name__)
        return _answer(
            problem(
                http_status=503,
                code="busy",
                detail="The portal's database did not answer in time.",
                next_step="Send the same request again after Retry-After seconds: what was stored already of a bulk "
                "request is recognised, of any other nothing was.",
            ),
            {"Retry-After": "5"},
        )
    if not isinstance(error, exceptions.APIException):
        return None
    return _from_drf(error)


def flaws_of(error: exceptions.ValidationError) -> list[Flaw]:
    """A serializer's errors as flaws with exact JSON pointers."""
    return list(_flaws(error.detail, ""))


def _from_drf(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        flaws = flaws_of(error)
        return _answer(
            problem(
                http_status=status.HTTP_422_UNPROCESSABLE_ENTITY,
                code="invalid",
                detail=_summary(flaws),
                flaws=flaws,
                next_step="Correct what the errors point to and send the request again. Nothing was stored.",
            ),
            headers,
        )
    codes = error.get_codes()
    return _answer(
        problem(
            http_status=error.status_code,
            code=codes if isinstance(codes, str) else "refused",
            detail=str(error.detail),
        ),
        headers,
    )


def _summary(flaws: list[Flaw]) -> str:
    if len(flaws) == 1:
        return flaws[0].detail
    return f"{len(flaws)} things in the request are not acceptable; the first: {flaws[0].detail}" if flaws else ""


def _flaws(detail: Any, pointer: str) -> Iterator[Flaw]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            own = key == "non_field_errors"
            yield from _flaws(value, pointer if own else f"{pointer}/{_escaped(str(key))}")
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            is_leaf = isinstance(value, exceptions.ErrorDetail)
            yield from _flaws(value, pointer if is_leaf else f"{pointer}/{index}")
    else:
        yield Flaw(pointer=pointer, code=getattr(detail, "code", "invalid"), detail=str(detail))


def _escaped(token: str) -> str:
    """A JSON pointer's token (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """404 for an unknown address below `/api/`."""
    document = problem(http_status=404, code="not_found", detail="There is nothing at this address.")
    return JsonResponse(document, status=404, content_type=CONTENT_TYPE)


def length_required(request: HttpRequest) -> JsonResponse:
    """411 for a body in chunks."""
    document = problem(
        http_status=411,
        code="length_required",
        detail="The request has no Content-Length, so its body can't be read.",
        next_step="Send the body whole, with its length, not in chunks.",
    )
    return JsonResponse(document, status=411, content_type=CONTENT_TYPE)
