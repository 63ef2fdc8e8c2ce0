"""A gateway client for a configuration: the one place where credentials leave the database."""

from urllib.parse import urlsplit

from django.conf import settings

from apps.configuration.models import IntacctConfiguration
from apps.intacct import Client, Credentials
from apps.options.models import OptionCode
from apps.options.selectors import require


def allowed_hosts(endpoint: str) -> list[str]:
    """Hosts that may be called: Intacct's, and where the sandbox is enabled, this machine's loopback."""
    hosts = list(settings.INTACCT_ALLOWED_HOSTS)
    parts = urlsplit(endpoint)
    if settings.SANDBOX_LOOPBACK_ALLOWED and parts.hostname in ("127.0.0.1", "localhost"):
        hosts.append(parts.netloc)
    return hosts


def client_for(configuration: IntacctConfiguration, *, entity: str = "") -> Client:
    """A client that signs in at the top level, or in an entity. Close it after use.

    The one gate to Intacct: raises `OptionOff` while the option is off, so that off means off everywhere. Raises
    `apps.foundation.fields.SecretUnreadable` when loading the configuration could not decrypt a password.
    """
    require(OptionCode.SAGE_INTACCT)
    return Client(
        configuration.endpoint_url,
        Credentials(
            sender_id=configuration.sender_id,
            sender_password=configuration.effective_sender_password,
            company_id=configuration.company_id,
            user_id=configuration.user_id,
            user_password=configuration.user_password,
            entity_id=entity or None,
        ),
        allowed_hosts=allowed_hosts(configuration.endpoint_url),
        deadline=float(configuration.call_deadline_seconds),
    )
