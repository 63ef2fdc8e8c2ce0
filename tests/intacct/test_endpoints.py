"""Which addresses may be called."""

import pytest

from apps.intacct import Client, EndpointNotAllowed, NotSent, check_address, check_endpoint
from tests.intacct.answers import HOST, NODE

LOCAL = ("127.0.0.1:8001", "localhost:8001", "[::1]:8001")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (HOST, (".intacct.com",)),
        (NODE, (".intacct.com",)),
        ("https://API.Intacct.COM/ia/xml/xmlgw.phtml", (".intacct.com",)),
        ("https://api.intacct.com:443/x", (".intacct.com",)),
        ("https://api.intacct.com/x?a=b", ("api.intacct.com",)),
        ("https://api.intacct.com:8443/x", (".intacct.com:8443",)),
        ("http://127.0.0.1:8001/ia/xml/xmlgw.phtml", LOCAL),
        ("http://localhost:8001/", LOCAL),
        ("http://[::1]:8001/", LOCAL),
        ("https://localhost:8001/", LOCAL),
    ],
)
def test_an_address_on_the_list_is_allowed(url, allowed):
    assert check_endpoint(url, allowed) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.intacct.com",
        "http://api.intacct.com/x",
        "ftp://api.intacct.com/x",
        "https://intacct.com/x",
        "https://evilintacct.com/x",
        "https://intacct.com.evil.test/x",
        "https://api.intacct.com.evil.test/x",
        "https://evil.test/.intacct.com",
        "https://evil.test?.intacct.com",
        "https://evil.test#.intacct.com",
        "https://api.intacct.com@evil.test/x",
        "https://user:password@api.intacct.com/x",
        "https://evil.test\\@api.intacct.com/x",
        "https://evil.test\\.intacct.com/x",
        "https:\\\\api.intacct.com/x",
        "https:/api.intacct.com/x",
        "https:///api.intacct.com/x",
        "https://api.intacct.com./x",
        "https://.intacct.com/x",
        "https://a..intacct.com/x",
        "https://-a.intacct.com/x",
        "https://api.intacct.com:8443/x",
        "https://api.intacct.com:0/x",
        "https://api.intacct.com:/x",
        "https://api.intacct.com:443:80/x",
        "https://api.intacct.com:99999/x",
        "https://api.intacct.com:٤٤٣/x",
        "https://api.intacct.com/x#fragment",
        "https://api.intacct.com/x y",
        "https://api.intacct.com/x\r\nHost: evil.test",
        "https://api.intacct.com/x\n",
        " https://api.intacct.com/x",
        "https://api.intacct\u3002com/x",
        "https://ａpi.intacct.com/x",
        "https://äpi.intacct.com/x",
        "https://xn--pi-via.intacct.com/x",
        "https://api%2eintacct.com/x",
        "https://evil.test%00.intacct.com/x",
        "https://[::ffff:127.0.0.1].intacct.com/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "http://localhost/x",
        "http://127.0.0.1:8001/x",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_an_address_that_only_looks_right_is_refused(url):
    with pytest.raises(EndpointNotAllowed) as caught:
        check_endpoint(url, (".intacct.com",))
    assert isinstance(caught.value, NotSent)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8002/", LOCAL),
        ("http://127.0.0.2:8001/", LOCAL),
        ("http://127.0.0.1:8001/", ("127.0.0.1",)),
        ("http://127.0.0.1:8001/", (".0.0.1:8001",)),
        ("http://sandbox.example.com:8001/", ("sandbox.example.com:8001",)),
        ("http://10.0.0.1:8001/", ("10.0.0.1:8001",)),
        ("http://127.0.0.1.nip.io:8001/", ("127.0.0.1.nip.io:8001",)),
        ("https://api.intacct.com/", (".com",)),
        ("https://api.intacct.com/", ("intacct.com",)),
        ("https://api.intacct.com/", ("",)),
        ("https://api.intacct.com/", (".",)),
        ("https://api.intacct.com/", ("*",)),
        ("https://api.intacct.com/", ()),
    ],
)
def test_plain_http_needs_a_listed_loopback_port_and_no_entry_is_a_wild_card(url, allowed):
    with pytest.raises(EndpointNotAllowed):
        check_endpoint(url, allowed)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_allowed(address):
    check_address("api.intacct.com", address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
     "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_a_private_address_behind_a_public_name_is_refused(address):
    with pytest.raises(EndpointNotAllowed):
        check_address("api.intacct.com", address)


def test_a_loopback_name_leads_to_loopback_only():
    check_address("localhost", "127.0.0.1")
    check_address("[::1]", "::1")
    with pytest.raises(EndpointNotAllowed):
        check_address("localhost", "10.0.0.1")


def test_a_client_is_not_made_for_an_address_that_is_not_allowed(credentials):
    with pytest.raises(EndpointNotAllowed):
        Client("https://evil.test/", credentials)
