"""TLS: a handshake that fails proves that nothing was sent, and verification is always on."""

import ssl
import subprocess

import pytest

from apps.intacct import (
    CertificateRefused,
    ConnectTimedOut,
    NotSent,
    RequestsTransport,
)
from tests.intacct.test_transport import OK, answering, head


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
    )
    try:
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return folder


def speaking_tls(folder, then, *, highest=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    if highest is not None:
        context.maximum_version = highest

    def behave(server, connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            then(server, secure)

    return behave


def test_a_trusted_certificate_for_the_name_is_spoken_to(wire, certificate):
    server = wire(speaking_tls(certificate, answering(head(len(OK)), OK)))
    trusting = RequestsTransport(ca_bundle=str(certificate / "cert.pem"))
    assert trusting.post(f"https://localhost:{server.port}/", b"<request/>", 5).content == OK
    trusting.close()


@pytest.mark.parametrize(
    ("case", "host", "trusted"),
    [("unknown issuer", "localhost", False), ("certificate for another name", "127.0.0.1", True)],
)
def test_a_certificate_that_does_not_hold_is_refused_and_nothing_sent(wire, certificate, case, host, trusted):
    server = wire(speaking_tls(certificate, answering(head(len(OK)), OK)))
    made = RequestsTransport(ca_bundle=str(certificate / "cert.pem") if trusted else None)
    with pytest.raises(CertificateRefused) as caught:
        made.post(f"https://{host}:{server.port}/", b"<request/>", 5)
    assert isinstance(caught.value, NotSent)
    assert server.received == []
    made.close()


def test_tls_met_by_a_plain_server_is_not_sent(wire, transport):
    def plain(server, connection):
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = wire(plain)
    with pytest.raises(NotSent):
        transport.post(f"https://localhost:{server.port}/", b"<request/>", 5)


def test_silence_in_the_handshake_is_not_sent(wire, transport):
    server = wire(lambda server, _connection: server.wait(10))
    with pytest.raises(ConnectTimedOut):
        transport.post(f"https://localhost:{server.port}/", b"<request/>", 0.4)


def test_a_connection_closed_in_the_handshake_is_not_sent(wire, transport):
    server = wire(lambda _server, connection: connection.recv(10) and None)
    with pytest.raises(NotSent):
        transport.post(f"https://localhost:{server.port}/", b"<request/>", 5)


def test_tls_below_1_2_is_not_spoken(transport):
    context = transport._adapter.poolmanager.connection_pool_kw["ssl_context"]
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
