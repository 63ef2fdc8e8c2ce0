import os
import socket
import threading
from pathlib import Path

import pytest
from lxml import etree

from apps.intacct import Client, Credentials, Record, RequestsTransport
from tests.intacct.answers import HOST
from tests.patience import PATIENCE

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "gateway-schema"


@pytest.fixture
def credentials():
    return Credentials("XT_mfg", "sender-secret-1", "ACME", "xml_gateway", "user-secret-2")


@pytest.fixture
def client_over(credentials):
    """A client over a scripted transport."""

    def build(transport, **options):
        return Client(HOST, credentials, transport=transport, **options)

    return build


@pytest.fixture
def bill():
    return Record.of("APBILL", {"VENDORID": "V100", "RECORDID": "B-1"})


@pytest.fixture(scope="session")
def request_schema():
    """The gateway's published schema, edition of 2019."""
    path = SCHEMAS / "api-3.0.xsd"
    if not path.exists():
        pytest.skip(f"the gateway's published schema is not at {path}")
    return etree.XMLSchema(etree.parse(str(path)))


@pytest.fixture
def transport():
    made = RequestsTransport(connect_timeout=2.0)
    yield made
    made.close()


class WireServer:
    """A server of raw bytes on loopback: each connection is given to the behaviour under test."""

    def __init__(self, behave):
        self.behave = behave
        self.received = []
        self.connections = 0
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/ia/xml/xmlgw.phtml"

    @property
    def allowed(self):
        return f"127.0.0.1:{self.port}"

    def _serve(self):
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._stop.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection):
        with connection:
            connection.settimeout(PATIENCE)
            try:
                self.behave(self, connection)
            except OSError:
                return

    def read_request(self, connection):
        """Read one request whole; False when the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return False
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            piece = connection.recv(65536)
            if not piece:
                return False
            body += piece
        self.received.append((head, body))
        return True

    def wait(self, seconds):
        """Sleep, but wake when the test is over."""
        return self._stop.wait(seconds)

    def close(self):
        self._stop.set()
        # shutdown wakes accept(); closing alone would leave the thread waiting.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=PATIENCE)


@pytest.fixture
def wire():
    """Start servers of raw bytes."""
    started = []

    def start(behave):
        server = WireServer(behave)
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def resident_kilobytes():
    """This process's resident memory now."""

    def read():
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024

    return read
