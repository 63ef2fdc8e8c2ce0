"""What a shared link's address carries: a random secret, signed. Neither can be had from the database."""

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

_SALT = "access.shared-link"
_SECRET_BYTES = 24


def new_secret() -> str:
    """192 random bits as text."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def token_of(secret: str) -> str:
    """The secret with its signature, as it stands in the address."""
    return _signer().sign(secret)


def secret_of(token: str) -> str | None:
    """The secret of a token that the portal signed; None for any other text."""
    try:
        return _signer().unsign(token)
    except BadSignature:
        return None


def hash_of(secret: str) -> str:
    """What the database keeps. Plain SHA-256: 192 random bits can't be guessed, so nothing has to be slow."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
