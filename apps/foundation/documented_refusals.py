"""The refusals that any operation may answer, for the OpenAPI document: one table, so that no view repeats them."""

from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from apps.foundation.problems import CONTENT_TYPE


class FlawSchema(serializers.Serializer[Any]):
    """One thing wrong with the request."""

    pointer = serializers.CharField(help_text="JSON pointer into the request; empty for the request as a whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSchema(serializers.Serializer[Any]):
    """A problem document (RFC 9457). Branch on `status` and `code`; show `detail` and `next_step` to people."""

    left_out = ("next_step",)

    type = serializers.CharField(help_text="`urn:portal:problem:` and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField(help_text="The HTTP status again.")
    code = serializers.CharField(help_text="What happened, for programs: the codes are listed in docs/api.md.")
    detail = serializers.CharField(help_text="What happened to what, in a sentence.")
    next_step = serializers.CharField(help_text="What to do about it.")
    errors = FlawSchema(many=True)  # type: ignore[assignment]


RETRY_AFTER: dict[str, Any] = {
    "Retry-After": {
        "description": "Seconds to wait before the same request is sent again.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "5",
    }
}
RATE_LIMIT: dict[str, Any] = {
    "RateLimit-Policy": {
        "description": "How many requests (`q`) in how many seconds (`w`). With every answer to a client's key.",
        "schema": {"type": "string"},
        "example": '"default";q=600;w=60',
    },
    "RateLimit": {
        "description": "How many are left (`r`), and in how many seconds the count begins anew (`t`).",
        "schema": {"type": "string"},
        "example": '"default";r=0;t=42',
    },
}
WWW_AUTHENTICATE: dict[str, Any] = {
    "WWW-Authenticate": {"required": True, "schema": {"type": "string"}, "example": "Api-Key"}
}


@dataclass(frozen=True)
class Refusal:
    """A status that says no: the component's name, when it is answered, and an example of its document."""

    status: int
    name: str
    description: str
    code: str
    title: str
    detail: str
    next_step: str = ""
    errors: tuple[dict[str, str], ...] = ()
    headers: dict[str, Any] = field(default_factory=dict)

    def example(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "type": f"urn:portal:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.next_step:
            document["next_step"] = self.next_step
        document["errors"] = [dict(one) for one in self.errors]
        return document


REFUSALS: dict[int, Refusal] = {
    one.status: one
    for one in (
        Refusal(
            400,
            "Unreadable",
            "The body is not JSON in UTF-8, or has a key twice.",
            "malformed_json",
            "The request can't be read",
            "The body is not JSON: Expecting value: line 1 column 1 (char 0)",
        ),
        Refusal(
            401,
            "NotSignedIn",
            "No API key, or one that is unknown, revoked or expired.",
            "invalid_api_key",
            "You are not signed in",
            "The API key is not valid: it is unknown, revoked or expired.",
            headers=WWW_AUTHENTICATE,
        ),
        Refusal(
            403,
            "NotAllowed",
            "The client's role may not do this, or its scopes leave it out (`scope_missing`).",
            "permission_denied",
            "You may not do this",
            "You do not have permission to perform this action.",
        ),
        Refusal(
            404,
            "NotFound",
            "Nothing is there, or it belongs to a company that the client does not see; or a cursor is not valid.",
            "not_found",
            "Not found",
            "Not found.",
        ),
        Refusal(
            406,
            "NoSuchFormat",
            "The `Accept` header leaves no JSON.",
            "not_acceptable",
            "That answer format is not offered",
            "Could not satisfy the request Accept header.",
        ),
        Refusal(
            411,
            "LengthRequired",
            "The body comes in chunks, without `Content-Length`.",
            "length_required",
            "The request's length is missing",
            "The request has no Content-Length, so its body can't be read.",
            "Send the body whole, with its length, not in chunks.",
        ),
        Refusal(
            412,
            "NotAsSeen",
            "It is not as `If-Match` or `If-None-Match` supposes: nothing was changed.",
            "precondition_failed",
            "It is not as you saw it last",
            "Customer CUST-77 was changed since you read it.",
            "Read it again, apply your change to what is there now, and send that with its new ETag.",
        ),
        Refusal(
            413,
            "TooLarge",
            "The body is larger than 10 MB.",
            "body_too_large",
            "The request is too large",
            "The request's body is larger than 10 MB.",
        ),
        Refusal(
            415,
            "NotJson",
            "The `Content-Type` is not `application/json`.",
            "unsupported_media_type",
            "That content type is not accepted",
            'Unsupported media type "text/plain" in request.',
        ),
        Refusal(
            422,
            "NotAcceptable",
            "Readable, and not acceptable: nothing was stored. `errors` points to every place.",
            "not_acceptable",
            "The document is not acceptable",
            'Amounts are strings, such as "100.00": a JSON number may lose decimals on its way.',
            "Correct what the errors point to and submit the document again. Nothing was stored.",
            (
                {
                    "pointer": "/lines/0/amount",
                    "code": "not_a_string",
                    "detail": 'Amounts are strings, such as "100.00": a JSON number may lose decimals on its way.',
                },
            ),
        ),
        Refusal(
            429,
            "TooManyRequests",
            "More requests than the client may send in a minute. A bulk request counts as one.",
            "throttled",
            "Too many requests",
            "This client may send 600 requests a minute, and has sent them.",
            "Send the same again in 42 seconds. A bulk request counts as one.",
            headers={**RETRY_AFTER, **RATE_LIMIT},
        ),
        Refusal(
            503,
            "Busy",
            "The portal can't do it now: the database did not answer in time, or Sage Intacct is switched off or not "
            "connected. Nothing was stored; the same request may be sent again.",
            "busy",
            "The portal is busy",
            "The portal's database did not answer in time. Nothing was stored.",
            "Send the same request again in a few seconds.",
            headers={"Retry-After": {**RETRY_AFTER["Retry-After"], "required": False}},
        ),
    )
}


def conflict(description: str, *, code: str, title: str, detail: str, next_step: str) -> OpenApiResponse:
    """The 409 of an operation that may conflict with what is stored: its view says with what."""
    refusal = Refusal(409, "Conflict", description, code, title, detail, next_step)
    example = OpenApiExample(code, value=refusal.example(), media_type=CONTENT_TYPE, response_only=True)
    return OpenApiResponse(ProblemSchema, f"`{code}`: {description}", examples=[example])


ALWAYS = (401, 403, 406, 429, 503)
WITH_A_BODY = (400, 411, 413, 415, 422)
WITH_AN_ADDRESS = (404,)
"""An ID in the address, or a cursor in the query."""
WITH_FILTERS = (422,)
WITH_A_CONDITION = (412,)


def expected_refusals(*, has_body: bool, has_address: bool, has_filters: bool, is_conditional: bool) -> list[int]:
    """The statuses that an operation of this shape may answer whatever it does, besides its own."""
    found = set(ALWAYS)
    found |= set(WITH_A_BODY) if has_body else set()
    found |= set(WITH_AN_ADDRESS) if has_address else set()
    found |= set(WITH_FILTERS) if has_filters else set()
    found |= set(WITH_A_CONDITION) if is_conditional else set()
    return sorted(found)
