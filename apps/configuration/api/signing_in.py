"""Who calls from Sage Intacct: HTTP Basic, with the configuration's ID and its callback secret."""

import base64
import binascii

from django.http import HttpRequest


def basic_credentials(request: HttpRequest) -> tuple[str, str] | None:
    """User and password of the `Authorization` header; None without a readable one."""
    scheme, _separator, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, separator, password = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if separator else None
