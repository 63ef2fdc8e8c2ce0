"""Databases with every migration applied, made once and copied: applying them all takes eight seconds of a processor.

They are kept in `.pytest_cache/migrated/`, and on PostgreSQL as `migrated_…`, until a migration changes.
`rm -r .pytest_cache` throws the files away.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "migrated"
DECIDE = ("apps/*/migrations/*.py", "apps/foundation/triggers.py", "requirements/prod.txt")
"""What an empty database becomes is decided by these files."""
ALIASES = ("default", "sandbox")
MIGRATE = f"""
from django.core.management import call_command
from django.db import connections
for alias in {ALIASES}:
    call_command("migrate", database=alias, verbosity=0)
connections.close_all()
"""


@cache
def version() -> str:
    """Another one whenever another database would be made."""
    found = hashlib.sha256()
    for pattern in DECIDE:
        for path in sorted(ROOT.glob(pattern)):
            found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:12]


def migrated_file(alias: str) -> Path:
    """The SQLite file of a database, to be copied."""
    folder = KEPT / version()
    with _one_at_a_time():
        if not folder.exists():
            for old in KEPT.iterdir():
                shutil.rmtree(old)
            made = KEPT / "unfinished"
            made.mkdir()
            _migrate(*(f"sqlite:///{made}/{name}.sqlite3" for name in ALIASES))
            made.rename(folder)
    return folder / f"{alias}.sqlite3"


def migrated_database(server: str) -> str:
    """The name of the PostgreSQL database to be copied (`CREATE DATABASE … TEMPLATE`), on this server."""
    ours = f"migrated_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}_"
    name, unfinished = ours + version(), f"{ours}unfinished"
    with _one_at_a_time(), psycopg.connect(server, autocommit=True) as admin:
        known = [
            row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours])
        ]
        if name not in known:
            for old in known:
                admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
            with tempfile.TemporaryDirectory() as unused:
                _migrate(at(server, unfinished), f"sqlite:///{unused}/sandbox.sqlite3")
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
            )
    return name


def at(server: str, database: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


@contextmanager
def databases_begin_migrated() -> Iterator[None]:
    """The databases of this process's tests, not made yet, begin as copies."""
    held: list[sqlite3.Connection] = []  # an in-memory database is there as long as somebody is connected
    for alias in ALIASES:
        settings = connections[alias].settings_dict
        settings["TEST"]["MIGRATE"] = False
        if settings["ENGINE"].endswith("postgresql"):
            settings["TEST"]["TEMPLATE"] = migrated_database(os.environ["DATABASE_URL"])
            continue
        settings["TEST"]["NAME"] = f"file:{alias}_of_tests?mode=memory&cache=shared"
        held.append(sqlite3.connect(settings["TEST"]["NAME"], uri=True))
        original = sqlite3.connect(migrated_file(alias))
        original.backup(held[-1])
        original.close()
    yield
    for one in held:
        one.close()


def _migrate(default: str, sandbox: str) -> None:
    """By the real command in a process of its own."""
    environment = {
        **os.environ,
        "DEBUG": "on",
        "DJANGO_SETTINGS_MODULE": "integration_portal.settings",
        "DATABASE_URL": default,
        "SANDBOX_DATABASE_URL": sandbox,
        "REDIS_URL": "",
    }
    subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{MIGRATE}"], cwd=ROOT, env=environment, check=True
    )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The workers of a run begin together: the first makes, the others wait for it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT.parent / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
