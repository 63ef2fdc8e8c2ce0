"""Our client, pointed to the sandbox gateway."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from apps.intacct import Client, Credentials
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

SENDER_PASSWORD = "sender-secret-of-the-wire"
USER_PASSWORD = "user-secret-of-the-wire"


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Client]:
    """At the top level, with passwords that can be recognised wherever they turn up."""
    sandbox.set(sender_password=SENDER_PASSWORD, user_password=USER_PASSWORD)
    place = urlsplit(sandbox.endpoint)
    made = Client(
        sandbox.endpoint,
        Credentials("XT_mfg", SENDER_PASSWORD, "SANDBOX", "xml_gateway", USER_PASSWORD),
        allowed_hosts=(f"{place.hostname}:{place.port}",),
        deadline=PATIENCE,
    )
    yield made
    made.close()
