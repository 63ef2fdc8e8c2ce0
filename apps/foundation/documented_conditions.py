"""The headers of conditional requests in the OpenAPI document (RFC 9110, section 13)."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

_TAG = '"33a64df551425fcc55e4d42a148795d9"'

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "examples": ["*"]},
    OpenApiParameter.HEADER,
    description="Its `ETag` as you saw it last: the change is made only if it is still so. `*`: only if it is there.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="`*`: only if there is none yet.",
)
IF_CHANGED = OpenApiParameter(
    "If-None-Match",
    {"type": "string", "examples": [_TAG]},
    OpenApiParameter.HEADER,
    description="The `ETag` of an earlier answer: 304 while nothing in it changed.",
)
NOTHING_CHANGED = OpenApiResponse(description="Nothing in it changed: no body.")


def etag(*statuses: int) -> OpenApiParameter:
    """The header `ETag` of the answers with these statuses."""
    return OpenApiParameter(
        "ETag",
        {"type": "string", "examples": [_TAG]},
        OpenApiParameter.HEADER,
        response=list(statuses),
        description="The version of what is answered.",
    )
