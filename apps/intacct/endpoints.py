"""Which addresses may be called: an allow-list of hosts, and no private addresses (S11, S12, S13)."""

import ipaddress
import re
from collections.abc import Iterable

from apps.intacct.errors import EndpointNotAllowed

DEFAULT_ALLOWED_HOSTS = (".intacct.com",)

# One strict grammar instead of a general URL parser: two parsers that disagree about user info,
# backslashes or odd characters are how allow-lists are passed by.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:/%-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:/?%-]*)?",
    re.ASCII,
)
_LABEL = re.compile(r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_DEFAULT_PORT = {"https": 443, "http": 80}


def check_endpoint(url: str, allowed_hosts: Iterable[str] = DEFAULT_ALLOWED_HOSTS) -> str:
    """Return the address unchanged, or raise EndpointNotAllowed.

    An entry of the list is a host (`api.intacct.com`), a suffix (`.intacct.com`) or either with a
    port (`localhost:8001`). Only https on port 443 passes without a port in the entry; plain http
    passes only for a loopback host whose very host and port are listed.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise EndpointNotAllowed
    scheme, host = match["scheme"], match["host"].lower()
    port = int(match["port"]) if match["port"] else _DEFAULT_PORT[scheme]
    if not _well_formed(host):
        raise EndpointNotAllowed
    entries = [entry.strip().lower() for entry in allowed_hosts]
    if scheme == "http":
        allowed = names_loopback(host) and f"{host}:{port}" in entries
    else:
        allowed = any(_covers(entry, host, port) for entry in entries)
    if not allowed:
        raise EndpointNotAllowed
    return url


def check_address(host: str, address: str) -> None:
    """Refuse a private, loopback, link-local or metadata address behind a public name (S12).

    A host that itself names loopback is fine: it got here only by being listed.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    fine = found.is_loopback if names_loopback(host) else found.is_global and not found.is_multicast
    if not fine:
        raise EndpointNotAllowed("The Intacct address leads into a private network, so nothing was sent.")


def names_loopback(host: str) -> bool:
    """Whether the host is loopback by its own name, without asking a name server."""
    bare = host.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _well_formed(host: str) -> bool:
    bare = host.strip("[]")
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(bare)
        except ValueError:
            return False
        return True
    # Every label must be plain: no empty one (trailing dot), no IDN.
    return len(bare) <= 253 and all(_LABEL.fullmatch(label) for label in bare.split("."))


def _covers(entry: str, host: str, port: int) -> bool:
    name, colon, listed_port = entry.rpartition(":")
    if not colon or entry.endswith("]"):
        name, listed_port = entry, "443"
    if listed_port != str(port):
        return False
    if name.startswith("."):
        # A suffix of one label (".com") would allow half the world.
        return name.count(".") >= 2 and host.endswith(name)
    return name == host
