"""Secrets and signatures, as Standard Webhooks has them: `whsec_` and base64; HMAC-SHA256 over ID, time and body."""

import base64
import datetime
import secrets

from standardwebhooks import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105  the beginning of every secret, not one
SECRET_BYTES = 32


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(*, message_id: str, body: str, at: datetime.datetime, signing_secrets: list[str]) -> dict[str, str]:
    """The three headers. While a secret is being replaced there are two signatures, and either will do."""
    signatures = [Webhook(secret).sign(msg_id=message_id, timestamp=at, data=body) for secret in signing_secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
