"""A whole portal with the demo company in processes of its own: web, worker and sandbox gateway, in a copy of the code.

A copy, because a first start keeps secrets and databases in `var/` beside the code: those of this checkout stay as
they are.
"""

import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

import requests

from tests.patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("apps", "integration_portal", "templates")
NOT_PASSED_ON = (
    "DATABASE_URL", "SANDBOX_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORTAL_ENCRYPTION_KEYS", "PORTAL_TESTING",
    "PORTAL_CRASH_AT", "DJANGO_SETTINGS_MODULE", "COVERAGE_PROCESS_START",
)  # fmt: skip
READY = "Ctrl-C stops everything."


class PortalProcess:
    """Started on free ports with a directory of its own; stopped, with all its processes, at the end of the block."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="portal-", ignore_cleanup_errors=True)
        code = Path(self._directory.name)
        for name in COPIED:
            shutil.copytree(ROOT / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "manage.py", code)
        port, sandbox_port = _free_ports(2)
        self.base = f"http://127.0.0.1:{port}"
        self.sandbox = f"http://127.0.0.1:{sandbox_port}/sandbox/"
        environment = {key: value for key, value in os.environ.items() if key not in NOT_PASSED_ON}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run_portal", "--port", str(port)],
            cwd=code,
            env={
                **environment,
                "DEBUG": "on",
                "SANDBOX_PORT": str(sandbox_port),
                "PORTAL_BASE_URL": self.base,
                "API_REQUESTS_PER_MINUTE": "0",  # tests look often, and all with one key
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def password(self, name: str) -> str:
        """The password of a demo login, as the portal printed it."""
        return self._found(rf"\b{name} / (\S+)")

    def submit(self, document: dict[str, Any]) -> str:
        """Submit a document as the demo's REST client does. Returns the posting's ID."""
        answer = requests.post(f"{self.base}/api/v1/postings/", json=document, headers=self._key(), timeout=PATIENCE)
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    def posting(self, **wanted: str) -> dict[str, Any]:
        """The one posting with these values (`number="SI-1"`)."""
        answer = requests.get(f"{self.base}/api/v1/postings/", params=wanted, headers=self._key(), timeout=PATIENCE)
        (found,) = answer.json()["results"]
        return dict(found)

    def wait_for(self, state: str, *, number: str) -> dict[str, Any]:
        """The posting, once it is in this state."""
        wait_until(
            lambda: self.posting(number=number)["state"] == state,
            what=f"{number} is {state}",
            told=lambda: str(self.posting(number=number)),
            every=0.2,
        )
        return self.posting(number=number)

    def submit_refused(self, document: dict[str, Any]) -> None:
        """Submit a customer's invoice that Intacct refuses, for a reason that is gone when this returns.

        Only its create meets the fault: the worker asks for the payments of invoices posted before it meanwhile.
        """
        create = {"object": "ARINVOICE", "function": "create_invoice"}
        self.arm("error", match=create, times=1, description2="The period is closed.")
        self.submit(document)
        self.wait_for("error", number=document["number"])
        self.disarm()

    def arm(self, kind: str, **more: Any) -> None:
        """Arm one fault of the sandbox gateway."""
        answer = requests.post(f"{self.sandbox}control/", json={"faults": [{"kind": kind, **more}]}, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text

    def disarm(self) -> None:
        requests.delete(f"{self.sandbox}control/", timeout=PATIENCE).raise_for_status()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._reader.join(timeout=PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._directory.cleanup()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            self._lines.put(line)
        self._lines.put(None)

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.1, ends - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise RuntimeError("The portal did not start:\n" + "\n".join(self.said[-40:]))
            if READY in line:
                return

    @property
    def key(self) -> str:
        """The API key of the demo's REST client."""
        return self._found(r"Authorization: Api-Key (\S+)")

    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Api-Key {self.key}"}

    def _found(self, pattern: str) -> str:
        match = re.search(pattern, "\n".join(self.said))
        assert match is not None, f"The portal did not print {pattern}."
        return match.group(1)


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
