"""The secrets that people enter, and which of them no encryption key opens any more."""

from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import SecretUnreadable

SECRETS = {"user_password": True, "sender_password": False}
"""Each secret field of a configuration, and whether it must be given."""


def unreadable_secrets(configuration: IntacctConfiguration) -> list[str]:
    """The names of the secrets that no encryption key opens. Load the configuration without them (`secret_fields`)."""
    return [name for name in SECRETS if not _is_readable(configuration, name)]


def _is_readable(configuration: IntacctConfiguration, name: str) -> bool:
    try:
        getattr(configuration, name)
    except SecretUnreadable:
        return False
    return True
