"""Rotating the encryption key: the new one first, everything written anew, the old one removed."""

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import SecretUnreadable
from apps.foundation.models import AuditEntry

pytestmark = pytest.mark.django_db


def secrets() -> tuple[str, str, str]:
    found = IntacctConfiguration.objects.get()
    return found.user_password, found.sender_password, found.callback_secret


def test_after_the_command_the_old_key_is_not_needed(configuration: IntacctConfiguration, settings: Any) -> None:
    before, new = secrets(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *settings.ENCRYPTION_KEYS]
    out = StringIO()

    call_command("rotate_secrets", stdout=out)

    settings.ENCRYPTION_KEYS = [new]
    assert secrets() == before
    assert "1 configurations" in out.getvalue()
    assert AuditEntry.objects.filter(action="secrets_rotated").count() == 1


def test_without_it_the_old_key_is_needed(configuration: IntacctConfiguration, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(SecretUnreadable):
        secrets()


def test_a_secret_that_no_key_opens_stops_it(configuration: IntacctConfiguration, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="PORTAL_ENCRYPTION_KEYS"):
        call_command("rotate_secrets")
