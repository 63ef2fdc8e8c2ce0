"""`manage.py sandbox`: its options, and where it refuses to run (contract sections 2, 3 and 6)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from tests.migrated import ROOT
from tests.patience import PATIENCE
from tests.sandbox.conversation import Conversation, create, query
from tests.sandbox.documents import bill
from tests.sandbox_process import SandboxProcess

REFUSAL = "The sandbox gateway is not enabled here"


@pytest.mark.parametrize(("debug", "enabled"), [(True, False), (False, True), (False, False)])
def test_it_refuses_to_run(settings: Settings, debug: bool, enabled: bool) -> None:
    """In production it does not run even where somebody enabled it."""
    settings.DEBUG, settings.SANDBOX_ENABLED = debug, enabled
    with pytest.raises(CommandError, match=REFUSAL):
        call_command("sandbox", port=0)


def test_a_process_in_production_ends_with_an_error_and_no_ledger(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DEBUG": "off",
        "SANDBOX_ENABLED": "on",
        "PORTAL_TESTING": "off",
        "SECRET_KEY": "x" * 64,
        "PORTAL_ENCRYPTION_KEYS": "nqV_gTPtGmRdr7YbJwHDnwdVwqcVnGVpMh3DEwnWzxM=",
        "SANDBOX_DATABASE_URL": f"sqlite:///{tmp_path / 'sandbox.sqlite3'}",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "sandbox", "--port", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "The sandbox gateway is enabled while DEBUG is off." in ended.stderr
    assert not (tmp_path / "sandbox.sqlite3").exists()


@pytest.mark.django_db(databases=["default", "sandbox"])
@pytest.mark.parametrize("content", ["no json", '{"faults": [{"kind": "earthquake"}]}', None])
def test_a_file_of_faults_that_cannot_be_used(tmp_path: Path, settings: Settings, content: str | None) -> None:
    settings.DEBUG = True
    path = tmp_path / "faults.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError):
        call_command("sandbox", port=0, faults=str(path))


def test_faults_and_latency_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"faults": [{"kind": "http_status", "status": 502}]}))
    with SandboxProcess("--faults", str(path), "--latency-ms", "40", "--per-function-ms", "10") as process:
        gateway = Conversation(process)
        assert gateway.send(gateway.document(create("APBILL", bill()))).status_code == 502
        answer = gateway.ask(query("VENDOR", "NAME"))
        assert answer.http.elapsed.total_seconds() >= 0.05
        assert process.objects("APBILL") == []
