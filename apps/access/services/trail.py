"""What happens to a client and its keys, in the audit trail. A key is named by the eight letters it starts with."""

from typing import Any

from apps.access.models import ApiClient
from apps.foundation import audit
from apps.foundation.wording import in_english


@in_english
def record(client: ApiClient, action: str, actor: str, detail: dict[str, Any] | None = None) -> None:
    """One entry. Call it inside the change's transaction."""
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type="api_client",
            subject_id=client.reference,
            subject_label=client.name,
            detail=detail or {},
        )
    )
