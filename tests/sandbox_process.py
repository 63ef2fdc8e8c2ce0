"""A sandbox gateway in a process of its own, as tests drive it: over real HTTP."""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Self

import requests

from tests.migrated import ROOT, migrated_file
from tests.patience import PATIENCE


class SandboxProcess:
    """Started on a free port with a ledger of its own; stopped at the end of the block."""

    def __init__(self, *arguments: str, port: int = 0) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="sandbox-")
        shutil.copy(migrated_file("sandbox"), f"{self._directory.name}/sandbox.sqlite3")
        environment = {
            **os.environ,
            "DEBUG": "on",
            "SANDBOX_ENABLED": "on",
            "SANDBOX_DATABASE_URL": f"sqlite:///{self._directory.name}/sandbox.sqlite3",
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "sandbox", "--port", str(port), *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said.startswith("sandbox gateway on "), said
        self.endpoint = said.removeprefix("sandbox gateway on ").strip()
        self.base = self.endpoint.removesuffix("ia/xml/xmlgw.phtml")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._directory.cleanup()

    def arm(
        self, kind: str, *, times: int = 1, after: int = 0, match: dict[str, str] | None = None, **more: Any
    ) -> None:
        """Arm one fault."""
        self._control({"faults": [{"kind": kind, "times": times, "after": after, "match": match or {}, **more}]})

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self._control({"settings": settings})

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Everything that the ledger holds of an object: the judge."""
        answer = requests.get(f"{self.base}control/objects/", params={"object": name}, timeout=PATIENCE)
        answer.raise_for_status()
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def seed(self, name: str, number: int) -> None:
        """Many records of an object at once."""
        answer = requests.post(
            f"{self.base}control/seed/", json={"object": name, "number": number}, timeout=10 * PATIENCE
        )
        answer.raise_for_status()

    def records(
        self, name: str, *, put: list[dict[str, Any]] | None = None, delete: list[str] | None = None, entity: str = ""
    ) -> None:
        """Make, change and delete records as somebody in Sage Intacct would, in an entity or at the top level."""
        body = {"object": name, "set": put or [], "delete": delete or [], "entity": entity}
        requests.post(f"{self.base}control/records/", json=body, timeout=PATIENCE).raise_for_status()

    def pay(self, invoice: str, amount: str) -> requests.Response:
        """Apply money to an AR invoice, by its record number, as somebody in Sage Intacct would."""
        body = {"invoice": invoice, "amount": amount}
        return requests.post(f"{self.base}control/payments/", json=body, timeout=PATIENCE)

    def import_package(self, package: bytes) -> None:
        """What a person does under Platform service > Custom packages > Import Customisation Package."""
        answer = requests.post(f"{self.base}control/packages/", data=package, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text

    def events(self) -> list[dict[str, Any]]:
        """The Smart Events that were sent, oldest first."""
        sent: list[dict[str, Any]] = requests.get(f"{self.base}control/events/", timeout=PATIENCE).json()["results"]
        return sent

    def stats(self) -> dict[str, Any]:
        counted: dict[str, Any] = requests.get(f"{self.base}control/stats/", timeout=PATIENCE).json()
        return counted

    def clear(self) -> None:
        """No fault, default settings, no document."""
        requests.delete(f"{self.base}control/", timeout=PATIENCE).raise_for_status()
        requests.delete(f"{self.base}control/objects/", timeout=PATIENCE).raise_for_status()

    def disarm(self) -> None:
        """No fault and default settings; the ledger stays."""
        requests.delete(f"{self.base}control/", timeout=PATIENCE).raise_for_status()

    def forget_documents(self) -> None:
        """Somebody deleted what was posted; faults and settings stay."""
        requests.delete(f"{self.base}control/objects/", timeout=PATIENCE).raise_for_status()

    def _control(self, document: dict[str, Any]) -> None:
        answer = requests.post(f"{self.base}control/", json=document, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
