"""Where a webhook may go: https to public addresses, and to those of one's own network that the environment names."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.notifications.errors import WebhookAddressRefused

LONGEST = 500
# A strict grammar rather than a general parser: two parsers that disagree about user info or backslashes are how such
# checks are passed by.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>(?:/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?)",
    re.ASCII,
)
_DEFAULT_PORT = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ALLOWING = "Use an https address on the Internet, or have its host added to WEBHOOK_ALLOWED_HOSTS in the environment."


@dataclass(frozen=True)
class Address:
    """An address taken apart; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str


def parsed(url: str) -> Address:
    """Raises `WebhookAddressRefused` where it is no plain http or https address."""
    match = _URL.fullmatch(url)
    port = int(match["port"] or _DEFAULT_PORT[match["scheme"]]) if match else 0
    if match is None or len(url) > LONGEST or not 0 < port < 65536:
        raise WebhookAddressRefused(
            "The address can't be used.",
            next_step="Write https://, the host and a path, without user name, password or #.",
        )
    return Address(match["scheme"], match["host"].strip("[]").lower(), port, match["target"] or "/")


def check_url(url: str) -> None:
    """Refuse an address that nothing would be sent to. Raises `WebhookAddressRefused`.

    A name that can't be resolved now passes: each send resolves and checks it again (`check_address`).
    """
    address = parsed(url)
    if address.scheme == "http" and not (_by_name(address.host) or _networks()):
        raise WebhookAddressRefused("Plain http is not allowed: anybody on the way could read it.", next_step=_ALLOWING)
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, one in found:
        check_address(address.scheme, address.host, str(one[0]))


def check_address(scheme: str, host: str, address: str) -> None:
    """Refuse what a name was resolved to, if it may not be called. Raises `WebhookAddressRefused`."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if _by_name(host) or any(found in network for network in _networks()):
        return
    if scheme != "https":
        raise WebhookAddressRefused("Plain http is not allowed: anybody on the way could read it.", next_step=_ALLOWING)
    if any(not one.is_global or one.is_multicast for one in (found, *_inside(found))):
        raise WebhookAddressRefused(f"The address of {host} is private, so nothing is sent there.", next_step=_ALLOWING)


def _inside(found: Any) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for, by the ways of putting one inside the other."""
    if not isinstance(found, ipaddress.IPv6Address):
        return []
    teredo = found.teredo or ()
    translated = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None
    return [one for one in (found.ipv4_mapped, found.sixtofour, translated, *teredo) if one is not None]


def _by_name(host: str) -> bool:
    """A host that the environment names, or one below a suffix such as `.example.internal`; all of them in DEBUG."""
    if settings.DEBUG:
        return True
    names = [entry.strip().lower() for entry in settings.WEBHOOK_ALLOWED_HOSTS]
    return any(host == name or (name.startswith(".") and host.endswith(name)) for name in names)


def _networks() -> list[Any]:
    networks = []
    for entry in settings.WEBHOOK_ALLOWED_HOSTS:
        try:
            networks.append(ipaddress.ip_network(entry.strip(), strict=False))
        except ValueError:
            continue
    return networks
