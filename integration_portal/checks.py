"""System checks: what is wrong with the environment, in words, each with an ID and a hint."""

from email.utils import parseaddr
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


@register(Tags.security)
def check_encryption_keys(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Credentials can be encrypted and read."""
    problems = []
    for number, key in enumerate(settings.ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            problems.append(
                Error(
                    f"Key {number} of PORTAL_ENCRYPTION_KEYS is not a Fernet key.",
                    hint="Make one: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key())'",
                    id="portal.E001",
                )
            )
    return problems


@register(Tags.security)
def check_no_sandbox(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The sandbox gateway never runs in production: no command starts where the environment asks for it."""
    if settings.SANDBOX_ENABLED and not settings.DEBUG:
        return [
            Error(
                "The sandbox gateway is enabled while DEBUG is off.",
                hint="Unset SANDBOX_ENABLED: in production nothing may take postings but Intacct.",
                id="portal.E002",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_no_testing(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Crash points can't be armed in production."""
    if settings.TESTING:
        return [Error("PORTAL_TESTING is on.", hint="Unset it: it arms crash points.", id="portal.E003")]
    return []


@register(Tags.security)
def check_requests_per_minute(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A limit below nothing would refuse every request."""
    if settings.API_REQUESTS_PER_MINUTE < 0:
        return [
            Error(
                "API_REQUESTS_PER_MINUTE is negative.",
                hint="Give the requests that one client may send a minute; 0 means no limit.",
                id="portal.E004",
            )
        ]
    return []


@register()
def check_sender_address(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Mails come from somewhere, and a line break in it would be a header of its own."""
    if not settings.MAIL_IS_SET_UP:
        return []
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    try:
        validate_email(address)
        if not settings.DEFAULT_FROM_EMAIL.isprintable():
            raise ValidationError("")
    except ValidationError:
        hint = "Write portal@example.com, or Integration portal <portal@example.com>."
        return [Error("DEFAULT_FROM_EMAIL is no e-mail address.", hint=hint, id="portal.E005")]
    return []


@register(Tags.database)
def check_queue_and_pool(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Django's connection pool kills django-q2's forked processes."""
    if settings.DATABASES["default"].get("OPTIONS", {}).get("pool"):
        return [
            Warning(
                "The database uses a connection pool, which the queue's forked processes would share.",
                hint="Remove the pool option; CONN_MAX_AGE keeps connections.",
                id="portal.W001",
            )
        ]
    return []
