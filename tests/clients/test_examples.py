"""The examples of docs/: what api.md shows is what is run here, against a portal with the demo company."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.browser.portal_process import PortalProcess
from tests.patience import PATIENCE

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLES = DOCS / "examples"
SHOWN = (DOCS / "api.md").read_text()

needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="curl or jq is not installed here"
)


def invoice(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "company": "100",
        "financial_site": "100",
        "document_type": "sales_invoice",
        "number": number,
        "posting_date": "2026-11-20",
        "due_date": "2026-12-20",
        "currency": "USD",
        "customer": "CUST-01",
        "lines": [{"account": "4000", "amount": "100.00", "dimensions": {"department": "SALES"}}],
        **changes,
    }


def run(*command: str, portal: PortalProcess, base: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PORTAL_URL": base or portal.base,
        "PORTAL_KEY": portal.key,
        "PORTAL_PAUSE": "0.3",
        "KEY": portal.key,
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.parametrize("name", ["submit_documents.py", "portal.sh"])
def test_the_document_shows_the_example_that_is_run(name: str) -> None:
    (shown,) = re.findall(rf"<!-- examples/{re.escape(name)} -->\n```\w+\n(.*?)```", SHOWN, re.DOTALL)

    assert shown == (EXAMPLES / name).read_text()


class BusyOnce(BaseHTTPRequestHandler):
    """In front of the portal: says 503 to the first POST, then passes on."""

    portal = ""
    busy = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).busy:
            type(self).busy = False
            self.send_response(503)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._pass(requests.post(self.portal + self.path, data=body, headers=self._kept(), timeout=PATIENCE))

    def do_GET(self) -> None:
        self._pass(requests.get(self.portal + self.path, headers=self._kept(), timeout=PATIENCE))

    def _kept(self) -> dict[str, str]:
        return {k: v for k, v in self.headers.items() if k in ("Authorization", "Content-Type", "Idempotency-Key")}

    def _pass(self, answer: requests.Response) -> None:
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def busy_once(portal: PortalProcess) -> Iterator[str]:
    handler = type("Handler", (BusyOnce,), {"portal": portal.base})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_documents_are_submitted_and_followed(portal: PortalProcess, busy_once: str, tmp_path: Path) -> None:
    portal.submit(invoice("EX-3", reference="another one"))
    wrong = invoice("EX-2", currency="DOLLARS")
    path = tmp_path / "documents.json"
    path.write_text(json.dumps([invoice("EX-1"), wrong, invoice("EX-3"), invoice("EX-4", customer="NOBODY")]))

    done = run(sys.executable, str(EXAMPLES / "submit_documents.py"), str(path), portal=portal, base=busy_once)

    assert (done.returncode, done.stderr) == (1, "")
    assert "EX-1: posted" in done.stdout
    assert "    /currency: " in done.stdout
    assert "EX-3 was submitted before, with other content." in done.stdout
    assert "EX-4: error" in done.stdout
    assert portal.posting(number="EX-1")["state"] == "posted"


@needs_curl
def test_the_command_line_submits_waits_and_lists(portal: PortalProcess, tmp_path: Path) -> None:
    def portal_sh(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(str(EXAMPLES / "portal.sh"), *arguments, portal=portal)

    good, wrong = tmp_path / "good.json", tmp_path / "wrong.json"
    good.write_text(json.dumps(invoice("EX-5")))
    wrong.write_text(json.dumps(invoice("EX-6", currency="DOLLARS")))

    submitted = portal_sh("submit", str(good))
    assert (submitted.returncode, submitted.stderr) == (0, "")
    pk = submitted.stdout.strip()
    assert portal_sh("wait", pk).stdout.startswith("ARINVOICE ")
    assert portal_sh("list", "number=EX-5", "page_size=1").stdout == f"{pk}\tEX-5\tposted\n"
    refused = portal_sh("submit", str(wrong))
    assert refused.returncode == 1
    assert refused.stderr.startswith("422 not_acceptable: ")
    assert "/currency: " in refused.stderr
    assert portal_sh("retry", pk).stderr.startswith("409 not_retryable: ")
    assert portal_sh().returncode == 2


@needs_curl
@pytest.mark.parametrize(
    "command",
    re.findall(r"^```\n(curl .*?)^```$", SHOWN, re.DOTALL | re.MULTILINE),
    ids=lambda command: re.search(r"/api/v1/(\w+)", command).group(1),
)
def test_what_curl_is_told_works_as_it_stands(portal: PortalProcess, command: str) -> None:
    here = command.replace("http://127.0.0.1:8000", portal.base)

    done = run("bash", "-c", here.replace("curl ", "curl --silent --fail-with-body ", 1), portal=portal)

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["integration_status"]
