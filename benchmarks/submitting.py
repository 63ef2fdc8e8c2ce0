"""Submitting over HTTP beside a bare DRF view that stores one row (`make bench`), on SQLite or with DATABASE_URL.

One gunicorn process with eight threads, as `make run` starts it; four clients; contenders take turns, medians. Nothing
is sent to a gateway. Figures and what they mean: docs/performance.md.
"""

import argparse
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from integration_portal.supervisor import free_port
from tests.factories.documents import purchase_invoice
from tests.patience import PATIENCE
from tests.sandbox_process import ROOT

DIRECTORY = tempfile.TemporaryDirectory(prefix="bench-")
os.environ.update(
    {
        "DEBUG": "on",
        "DJANGO_SETTINGS_MODULE": "benchmarks.bare_settings",
        "LOG_LEVEL": "ERROR",
        "API_REQUESTS_PER_MINUTE": "0",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{DIRECTORY.name}/portal.sqlite3",
    }
)
CLIENTS = 4
NOBODY = "http://127.0.0.1:9/ia/xml/xmlgw.phtml"
_numbers = itertools.count(1)


def prepared() -> str:
    """An empty portal with the demo company; gives a key for it."""
    import django
    from django.core.management import call_command

    django.setup()
    with open(os.devnull, "w") as nowhere:
        call_command("migrate", verbosity=0)
        call_command("load_delivered_data", "--json", stdout=nowhere)
        call_command("load_demo", "--company-only", "--endpoint", NOBODY, stdout=nowhere)
    from django.utils import timezone

    from apps.access.services.clients import create_client
    from apps.masterdata.models import Account

    Account.objects.get_or_create(number="6000", defaults={"name": "Expenses", "synchronised_at": timezone.now()})
    made = create_client(name=f"bench {time.time_ns()}", role="rest_client", company_codes=["100"], actor="bench")
    return made.key


class Portal:
    """The web server, and who posts to it."""

    def __init__(self, key: str) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self.headers = {"Authorization": f"Api-Key {key}"}
        self.run = f"{time.time_ns() % 10**9}"

    def __enter__(self) -> "Portal":
        self.server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "integration_portal.wsgi", "--bind", self.address.partition("//")[2],
             "--threads", "8", "--log-level", "warning"], cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                requests.get(f"{self.address}/healthz", timeout=5)
                return self
            except requests.ConnectionError:
                time.sleep(0.1)
        raise SystemExit("The web server did not start.")

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait()

    def documents(self, count: int, lines: int = 1) -> list[dict[str, Any]]:
        template = purchase_invoice()["lines"] * lines
        return [purchase_invoice(number=f"B{self.run}-{next(_numbers)}", lines=template) for _ in range(count)]

    def seconds(self, path: str, bodies: Iterable[Any], expected: int) -> float:
        """How long the clients need for all of them."""
        session = requests.Session()
        session.headers.update(self.headers)
        session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=CLIENTS))

        def post(body: Any) -> None:
            answer = session.post(f"{self.address}{path}", json=body, timeout=600)
            assert answer.status_code == expected, answer.text
            for one in answer.json().get("results", ()):
                assert one["status"] == 201, one

        with session, ThreadPoolExecutor(CLIENTS) as clients:
            began = time.monotonic()
            for _ in clients.map(post, bodies):
                pass
            return time.monotonic() - began


def contenders(portal: Portal, count: int, bulk: int) -> dict[str, Callable[[], float]]:
    """Each gives documents per second."""

    def rate(path: str, documents: list[Any], expected: int = 201) -> float:
        return len(documents) / portal.seconds(path, documents, expected)

    def again() -> float:
        documents = portal.documents(count)
        portal.seconds("/api/v1/postings/", documents, 201)
        return rate("/api/v1/postings/", documents, 200)

    return {
        "bare view, one row": lambda: rate("/bare/", portal.documents(2 * count)),
        "a document of one line": lambda: rate("/api/v1/postings/", portal.documents(count)),
        "a document of ten lines": lambda: rate("/api/v1/postings/", portal.documents(count, lines=10)),
        "one that was accepted before": again,
        f"{bulk:,} in one request": lambda: (
            bulk / portal.seconds("/api/v1/postings/bulk/", [{"postings": portal.documents(bulk)}], 200)
        ),
    }


def main() -> None:
    # Stopped from outside, the web server must not stay.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--bulk", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    database = os.environ["DATABASE_URL"].partition(":")[0]
    print(f"Submitting on {database}, {CLIENTS} clients, median of {options.rounds} rounds in one run", flush=True)
    with Portal(prepared()) as portal:
        portal.seconds("/api/v1/postings/", portal.documents(CLIENTS), 201)
        rates: dict[str, list[float]] = {}
        for _ in range(options.rounds):
            for name, measured in contenders(portal, options.documents, options.bulk).items():
                rates.setdefault(name, []).append(measured())
    bare = statistics.median(rates["bare view, one row"])
    for name, found in rates.items():
        each = statistics.median(found)
        print(f"{name:30} {each:8.1f} documents/s   ÷ bare {each / bare:5.2f}", flush=True)


if __name__ == "__main__":
    main()
