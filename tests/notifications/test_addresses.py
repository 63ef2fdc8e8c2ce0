"""Where webhooks may go: checked when the address is entered, and again on each send."""

import socket
from typing import Any

import pytest

from apps.notifications import transport
from apps.notifications.addresses import check_address, check_url
from apps.notifications.errors import WebhookAddressRefused
from tests.factories.webhooks import webhook
from tests.notifications.receiver import Receiver

PRIVATE = (
    "127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::5", "ff02::1", "::ffff:10.0.0.5", "64:ff9b::a00:5",
    "2002:a00:5::1", "2001:0:a00:5::1",
)  # fmt: skip
NOT_AN_ADDRESS = (
    "", "erp.example.com", "ftp://erp.example.com/", "https://", "https:///hook", "https://user:pw@erp.example.com/",
    "https://erp.example.com\\@127.0.0.1/", "https://erp.example.com/#here", "https://erp.example.com:0/",
    "https://erp.example.com:99999/", "https://erp.example.com/ hook", "https://erp.example.com/\r\nX: y",
    "https://erp.example.com/" + "x" * 500, "file:///etc/passwd",
)  # fmt: skip


def url_of(address: str, scheme: str = "https") -> str:
    return f"{scheme}://[{address}]/hook" if ":" in address else f"{scheme}://{address}/hook"


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    with pytest.raises(WebhookAddressRefused, match="private"):
        check_url(url_of(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_a_public_one_is_fine_over_https_only(address: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    check_url(url_of(address))
    with pytest.raises(WebhookAddressRefused, match="Plain http"):
        check_url(url_of(address, "http"))


@pytest.mark.parametrize("url", NOT_AN_ADDRESS)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(WebhookAddressRefused):
        check_url(url)


@pytest.mark.parametrize(
    ("allowed", "host", "address", "fine"),
    [
        ("erp.corp.internal", "erp.corp.internal", "10.0.0.5", True),
        (".corp.internal", "erp.corp.internal", "10.0.0.5", True),
        (".corp.internal", "corp.internal.evil.example", "10.0.0.5", False),
        ("corp.internal", "erp.corp.internal", "10.0.0.5", False),
        ("10.0.0.0/8", "erp.example.com", "10.9.9.9", True),
        ("10.0.0.0/8", "erp.example.com", "192.168.0.1", False),
        ("10.0.0.5", "10.0.0.5", "10.0.0.5", True),
        ("fd00::/8", "erp.example.com", "fd00::5", True),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_environment_names_hosts_and_networks_of_ones_own(
    allowed: str, host: str, address: str, fine: bool, scheme: str, settings: Any
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = [allowed]
    if fine:
        check_address(scheme, host, address)
    else:
        with pytest.raises(WebhookAddressRefused):
            check_address(scheme, host, address)


@pytest.mark.django_db
def test_no_webhook_is_made_for_a_private_address(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    with pytest.raises(WebhookAddressRefused):
        webhook("https://169.254.169.254/latest/meta-data/")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_into_the_house_since_it_was_entered_is_not_called(
    scheme: str, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that is connected to is the one that was checked, not a second answer of the name server."""
    settings.WEBHOOK_ALLOWED_HOSTS = []
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    asked: list[str] = []

    def resolve(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    outcome = transport.post(f"{scheme}://erp.example.com:{port}/hook", "{}", {})
    assert outcome.status is None
    assert "private" in outcome.words or "Plain http" in outcome.words
    assert (asked, receiver.received) == (["erp.example.com"], [])
