"""`Idempotency-Key` around a view: the first answer is kept, and given again to the same request."""

import json
from collections.abc import Callable
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.viewer import Viewer
from apps.postings.services.idempotency import Answer, begin, body_hash, give_back, keep, key_of

HEADER = "Idempotency-Key"


def idempotent(request: Request, viewer: Viewer, work: Callable[[], tuple[int, Any]]) -> Response:
    """Do the work once for a key. Refusals are not kept: a corrected request may use the key again."""
    header = request.headers.get(HEADER)
    if header is None:
        status, body = work()
        return Response(body, status=status)
    begun = begin(
        client=viewer.client_id or f"user {viewer.label}",
        key=key_of(header),
        body_sha256=body_hash(f"{request.method} {request.path}\n".encode() + _canonical(request.data)),
    )
    if isinstance(begun, Answer):
        return Response(begun.body, status=begun.status, headers={"Idempotency-Replayed": "true"})
    try:
        status, body = work()
        body = json.loads(JSONRenderer().render(body))
    except BaseException:
        give_back(lease=begun)
        raise
    keep(lease=begun, answer=Answer(status, body))
    return Response(body, status=status)


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, default=str).encode()
