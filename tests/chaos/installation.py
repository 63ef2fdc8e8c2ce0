"""A whole portal for chaos tests: own database and queue, web server, sandbox gateway, and workers that may be killed.

The judge is the sandbox's ledger, read over HTTP, never the portal's own tables.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import requests

from tests.chaos import forked
from tests.migrated import ROOT, at, migrated_database, migrated_file
from tests.patience import PATIENCE, wait_until
from tests.sandbox_process import SandboxProcess

SETTLED = ("posted", "error", "cancelled")
CALL_DEADLINE_SECONDS = 3
HORIZON_SECONDS = 10
"""Short, so that tests end soon; not so short that a busy machine breaks the promise on which the horizon rests."""


class Process:
    """One process in a session of its own, with what it said in a file."""

    def __init__(self, arguments: list[str], *, environment: dict[str, str], log: Path) -> None:
        self.log = log
        log.touch()
        self._process = forked.start(arguments, environment=environment, log=log)

    def said(self, most: int = 3000) -> str:
        return self.log.read_text(errors="replace")[-most:]

    def is_running(self) -> bool:
        return self._process.is_alive()

    def result(self) -> str:
        """What it said, once it has ended well."""
        self._process.join(PATIENCE)
        assert self._process.exitcode == 0, (self._process.exitcode, self.said())
        return self.said()

    def kill(self) -> None:
        """SIGKILL for it and all that it started, sessions of their own included: no clean-up, no goodbye.

        First all are stopped: a cluster that runs replaces a worker that dies, and the new one would be missed.
        One whose end is known is left alone: its number may be another process's by now.
        """
        pid = self._process.pid
        if pid is None or not self._process.is_alive():
            return
        stopped: set[int] = set()
        while running := {pid, *_descendants(pid)} - stopped:
            _signal(running, signal.SIGSTOP)
            stopped |= running
        _signal(stopped, signal.SIGKILL)
        self._process.join()


class Installation:
    """Everything that runs, started once; each test uses documents of its own."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True)
        self.directory = Path(self._directory.name)
        self._database = f"chaos_{uuid.uuid4().hex[:12]}"
        self._processes: list[Process] = []
        self.is_worked = False
        self.sandbox = SandboxProcess()
        try:
            self._set_up()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _set_up(self) -> None:
        port = _free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "DEBUG": "on",
            "PORTAL_TESTING": "on",
            "API_REQUESTS_PER_MINUTE": "0",
            "PORTAL_BASE_URL": self.base,
            "DATABASE_URL": self._database_url(),
            "REDIS_URL": os.environ.get("PORTAL_TEST_REDIS", ""),
            "QUEUE_NAME": self._database,
            "SANDBOX_DATABASE_URL": f"sqlite:///{self.directory}/unused.sqlite3",
            "WORKERS": "2",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
        }
        self.manage("load_delivered_data")
        self.manage("load_demo", "--company-only", "--endpoint", self.sandbox.endpoint)
        self.python("tests/chaos/impatience.py", str(CALL_DEADLINE_SECONDS), str(HORIZON_SECONDS))
        self.manage("check_connection")
        self.manage("synchronise", "--all")
        client = self.manage("create_api_client", "chaos", "--role", "integration_admin", "--json")
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Api-Key {json.loads(client)['key']}"
        web = ["-m", "gunicorn", "integration_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
        process = self.start(*web, name="web")
        wait_until(self._answers, what="the web server answers", told=process.said)

    def stop(self) -> None:
        """Every process is killed and nothing is left, whatever happened."""
        for process in self._processes:
            process.kill()
        if hasattr(self, "http"):
            self.http.close()
        self.sandbox.stop()
        if self._on_postgres():
            self._sql(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')
        self._directory.cleanup()

    # Processes

    def start(self, *arguments: str, name: str, **environment: str) -> Process:
        log = self.directory / f"{name}-{len(self._processes)}.log"
        process = Process(list(arguments), environment={**self.environment, **environment}, log=log)
        self._processes.append(process)
        return process

    def worker(self, **environment: str) -> Process:
        """The real worker: `manage.py worker`, which runs the queue's cluster."""
        return self.start("manage.py", "worker", "--grace", "1", name="worker", **environment)

    def doomed_worker(self, point: str) -> Process:
        """The only worker, which dies at this crash point."""
        self.kill_workers()
        self.is_worked = False
        return self.worker(PORTAL_CRASH_AT=point)

    def work(self) -> None:
        """A worker without faults runs from now on, if none does."""
        if not self.is_worked:
            self.kill_workers()
            self.worker()
            self.is_worked = True

    def kill_workers(self) -> None:
        """All but the web server, which was started first."""
        for process in self._processes[1:]:
            process.kill()
        self.is_worked = False

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def python(self, *arguments: str) -> str:
        """Run it to its end; returns what it said."""
        log = self.directory / f"{Path(arguments[0]).stem}-{uuid.uuid4().hex[:6]}.log"
        return Process(list(arguments), environment=self.environment, log=log).result()

    # Documents

    def submit(self, document: dict[str, Any]) -> str:
        """Submit over REST. Returns the number: what the judge looks for."""
        answer = self.http.post(f"{self.base}/api/v1/postings/", json=document, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text
        return str(document["number"])

    def posting(self, number: str) -> dict[str, Any]:
        answer = self.http.get(f"{self.base}/api/v1/postings/", params={"number": number}, timeout=PATIENCE)
        (found,) = answer.json()["results"]
        return dict(found)

    def state(self, number: str) -> str:
        return str(self.posting(number)["state"])

    def wait_settled(self, *numbers: str) -> None:
        def unsettled() -> list[str]:
            return [number for number in numbers if self.state(number) not in SETTLED]

        def told() -> str:
            return "\n".join(f"{number}: {self.posting(number)}" for number in unsettled()) + self.said()

        wait_until(lambda: not unsettled(), what=f"{', '.join(numbers)} settled", told=told, every=0.4)

    def said(self) -> str:
        return "\n".join(f"--- {process.log.name}\n{process.said(1500)}" for process in self._processes[-3:])

    # The judge

    def copies(self, number: str, *, object_name: str = "ARINVOICE") -> list[dict[str, Any]]:
        """What the ledger holds under a document's number."""
        field = "REFERENCENO" if object_name == "GLBATCH" else "RECORDID"
        return [one for one in self.sandbox.objects(object_name) if one.get(field) == number]

    def assert_once(self, *numbers: str) -> None:
        """Each document is in the ledger exactly once, and the portal says so with the same record number."""
        ledger: dict[str, list[str]] = {}
        for one in self.sandbox.objects("ARINVOICE"):
            ledger.setdefault(one["RECORDID"], []).append(str(one["RECORDNO"]))
        held = {number: len(ledger.get(number, [])) for number in numbers}
        assert set(held.values()) <= {1}, f"copies in the ledger: {held}\n{self.said()}"
        for number in numbers:
            posting = self.posting(number)
            assert posting["state"] == "posted", (posting, self.said())
            assert [posting["documents"][0]["record_no"]] == ledger[number]

    # The queue

    def lose_the_queue(self) -> None:
        """Every message is gone: the broker was emptied."""
        self.python("tests/chaos/empty_queue.py")

    def deliver_again(self, times: int) -> None:
        """The same task, several times at once, as a broker that repeats itself does."""
        self.python("tests/chaos/repeat_task.py", str(times))

    # Databases

    def _on_postgres(self) -> bool:
        return bool(os.environ.get("PORTAL_TEST_POSTGRES"))

    def _database_url(self) -> str:
        if not self._on_postgres():
            shutil.copy(migrated_file("default"), self.directory / "portal.sqlite3")
            return f"sqlite:///{self.directory}/portal.sqlite3"
        server = os.environ["PORTAL_TEST_POSTGRES"]
        self._sql(f'CREATE DATABASE "{self._database}" TEMPLATE "{migrated_database(server)}"')
        return at(server, self._database)

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(os.environ["PORTAL_TEST_POSTGRES"], autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.base}/healthz", timeout=PATIENCE).status_code == 200
        except requests.ConnectionError:
            return False


def _signal(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _descendants(ancestor: int) -> list[int]:
    """Everything below a process, found before its end makes orphans of them."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        pid, parent = map(int, line.split())
        children.setdefault(parent, []).append(pid)
    found, waiting = [], [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
