"""`Idempotency-Key` around a view: the first answer is kept, and given again to the same request."""

import json
from collections.abc import Callable
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.viewer import Viewer
from apps.foundation.errors import Flaw
from apps.postings.services.check import not_acceptable
from apps.postings.services.idempotency import body_hash, remember, remembered

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def idempotent(request: Request, viewer: Viewer, work: Callable[[], tuple[int, Any]]) -> Response:
    """Do the work once for a key. Refusals are not kept: a corrected request may use the key again."""
    key = request.headers.get(HEADER)
    if key is None:
        status, answer = work()
        return Response(answer, status=status)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise not_acceptable(
            [Flaw("", "idempotency_key_invalid", f"An {HEADER} has 1 to {LONGEST_KEY} printable characters.")]
        )
    client = viewer.client_id or f"user {viewer.label}"
    digest = body_hash(f"{request.method} {request.path}\n".encode() + _canonical(request.data))
    known = remembered(client=client, key=key, body_sha256=digest)
    if known is not None:
        status, answer = known
        return Response(answer, status=status, headers={"Idempotency-Replayed": "true"})
    status, answer = work()
    answer = json.loads(JSONRenderer().render(answer))
    remember(client=client, key=key, body_sha256=digest, status=status, answer=answer)
    return Response(answer, status=status)


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, default=str).encode()
