"""Identities of a delivery: pure functions of what is posted, so that a second try can be recognised.

reliability.md 2.2: never random, never from a clock, or a restored backup would post everything again.
"""

import hashlib

MARKER_LENGTH = 20


def _digest(*parts: str) -> str:
    # The unit separator can't occur in a part (control characters are refused on submit), so no two lists collide.
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def delivery_key(*, intacct_company: str, object_name: str, natural_key: tuple[str, ...]) -> str:
    """The identity of one Intacct record to be made: 64 hex digits, unique in the database for ever."""
    return _digest(intacct_company, object_name, *natural_key)


def marker(key: str) -> str:
    """The short form of the key that is written into the Intacct record: 20 hex digits."""
    return key[:MARKER_LENGTH]


def is_marker(text: str) -> bool:
    """Whether a text has the form of a marker: what stands in brackets at the end of a title need not be one."""
    return len(text) == MARKER_LENGTH and not set(text) - set("0123456789abcdef")


def control_id(*, key: str, entity: str, epoch: int) -> str:
    """The function's control ID: 40 hex digits.

    `epoch` starts at 1 and rises only when the one before is proven to have had no effect and the payload may
    change. A resend keeps it: then Intacct's own check is the second belt.
    """
    return _digest(key, entity, str(epoch))[:40]


def payload_hash(payload: str) -> str:
    """What was sent, for comparison and evidence: SHA-256 over the function's canonical XML."""
    return hashlib.sha256(payload.encode()).hexdigest()


def awaited(object_name: str, key: str) -> str:
    """How a record of master data is named by what waits for it."""
    return f"{object_name} {key}"[:240]
