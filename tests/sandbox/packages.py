"""Custom packages for the sandbox, and a receiver of what their Smart Events send."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import requests

from tests.patience import PATIENCE, wait_until
from tests.sandbox.conversation import Conversation, tags

NOBODY = "http://127.0.0.1:9/events"
"""Where nobody listens."""


def custom_field(name: str = "PORTAL_CODE", owner: str = "CUSTOMER", **more: Any) -> str:
    fields = {"customFieldId": name, "type": "text", "ownerObject": owner, **more}
    described = "<dataDescription><text><length>40</length></text></dataDescription>"
    return f"<customField>{tags(fields)}{described}</customField>"


def smart_event(
    name: str = "PORTAL_CUSTOMER",
    target: str = NOBODY,
    *,
    owner: str = "CUSTOMER",
    events: Sequence[str] = ("add", "set", "delete"),
    arguments: Mapping[str, str] | None = None,
    condition: str | None = "1 == 1",
    method: str = "post",
    timeout: int = 2,
    active: str = "true",
) -> str:
    """A smart link that posts the record's numbers and a secret, unless told otherwise."""
    if arguments is None:
        arguments = {
            "object": owner,
            "recordno": f"{{!{owner}.RECORDNO!}}",
            "id": f"{{!{owner}.CUSTOMERID!}}",
            "token": "a secret of the package",
        }
    pairs = "".join(
        f"<argument>{tags({'argument': name, 'value': value})}</argument>" for name, value in arguments.items()
    )
    when = "" if condition is None else f"<condition>{escape(condition)}</condition>"
    return (
        f"<smartLink>{tags({'smartLinkId': name, 'type': 'workflow', 'ownerObject': owner})}"
        f"<events>{tags({'event': list(events)})}</events>{tags({'target': target, 'active': active})}"
        f"<renderDetails><workflow><action><httpPostAction><method>{method}</method><arguments>{pairs}</arguments>"
        f"<requestTimeout>{timeout}</requestTimeout></httpPostAction></action>{when}</workflow></renderDetails>"
        "</smartLink>"
    )


def package(*parts: str, name: str = "Portal", more: str = "") -> str:
    """A customErpPackage of custom fields and smart links."""
    fields = "".join(one for one in parts if one.startswith("<customField"))
    links = "".join(one for one in parts if one.startswith("<smartLink"))
    described = tags({"name": name, "description": "Tells the portal", "author": "Tests"})
    return (
        f"<customErpPackage><packageDescription>{described}</packageDescription>"
        f"{f'<customFields>{fields}</customFields>' if fields else ''}"
        f"{f'<smartLinks>{links}</smartLinks>' if links else ''}{more}</customErpPackage>"
    )


def post_package(gateway: Conversation, document: str | bytes) -> requests.Response:
    data = document.encode() if isinstance(document, str) else document
    return requests.post(f"{gateway.sandbox.base}control/packages/", data=data, timeout=PATIENCE)


def install(gateway: Conversation, *parts: str, **more: Any) -> list[dict[str, Any]]:
    """Import a package of these parts."""
    answer = post_package(gateway, package(*parts, **more))
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def installed(gateway: Conversation) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = requests.get(f"{gateway.sandbox.base}control/packages/", timeout=PATIENCE).json()[
        "results"
    ]
    return results


def log_of(gateway: Conversation) -> list[dict[str, Any]]:
    """The log of Smart Events, when none of them waits any longer."""

    def read() -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = requests.get(f"{gateway.sandbox.base}control/events/", timeout=PATIENCE).json()[
            "results"
        ]
        return results

    wait_until(lambda: all(row["status"] != "waiting" for row in read()), what="each event is sent")
    return read()


class Receiver:
    """Takes Smart Events on a free port of this machine, and keeps them in the order of their arrival."""

    def __init__(self, *, status: int = 200) -> None:
        self.received: list[dict[str, str]] = []
        self.heads: list[tuple[str, str, str]] = []
        self.before_answering: Callable[[], object] = lambda: None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                self._take(body)

            def do_GET(self) -> None:
                self._take(urlsplit(self.path).query)

            def _take(self, form: str) -> None:
                receiver.heads.append((self.command, self.path, self.headers.get("Content-Type", "")))
                receiver.received.append(dict(parse_qsl(form, keep_blank_values=True)))
                receiver.before_answering()
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{receiver.url}elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """In silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, count: int) -> list[dict[str, str]]:
        """What arrived, when that many did."""
        wait_until(lambda: len(self.received) >= count, what=f"{count} events", told=lambda: str(self.received))
        return self.received


@contextmanager
def receiving(gateway: Conversation, **event: Any) -> Iterator[Receiver]:
    """A receiver, and a package whose Smart Event sends there."""
    with Receiver() as receiver:
        install(gateway, smart_event(target=f"{receiver.url}events", **event))
        yield receiver
