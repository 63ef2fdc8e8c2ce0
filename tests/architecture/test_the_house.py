"""The house's own rules: sizes, names, lock files, and tables that must say the same in two places."""

import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.module_loading import import_string
from django_q.models import Schedule

from apps.configuration.marker import marker
from apps.delivery.states import LOOKS, MOVES, IntegrationStatus, Outcome, State
from apps.foundation.wakeups import Wakeup
from apps.mapping.delivered_maps import DOCUMENTS
from integration_portal.schedules import ensure_schedules

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
NOT_OURS = {".git", ".venv", "var", "staticfiles", "__pycache__", "node_modules", "htmlcov", "test-results"}

# Put together here, so that this file does not hold them itself.
HOST_NAMES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
FOREIGN_PLACE = "/".join(("", "work", ""))


def our_files() -> Iterator[Path]:
    """Every file of the repository, without what is generated or installed."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name for name in folders if name not in NOT_OURS and not (name.startswith(".") and name.endswith("_cache"))
        ]
        if Path(folder).name == ".hypothesis":
            folders.clear()
            continue
        yield from (Path(folder) / name for name in names if name != ".env" and not name.startswith(".coverage"))


def python_files() -> list[Path]:
    places = [ROOT / name for name in ("apps", "integration_portal", "tests")]
    return [path for place in places for path in place.rglob("*.py") if "__pycache__" not in path.parts]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lock_entries(text: str) -> list[str]:
    """The logical lines of a lock file, without comments."""
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


def declared(name: str) -> set[str]:
    """The packages that an .in file names."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    entries = [line.partition("#")[0].strip() for line in lines]
    return {
        re.split(r"[~=<>!\[; ]", entry, maxsplit=1)[0].lower()
        for entry in entries
        if entry and not entry.startswith("-")
    }


def documented() -> set[str]:
    """The packages in the first column of the tables of docs/dependencies.md."""
    rows = [line for line in (ROOT / "docs" / "dependencies.md").read_text().splitlines() if line.startswith("| ")]
    cells = [row.split("|")[1] for row in rows]
    return {re.sub(r"\\\[.*", "", name).strip().lower() for cell in cells for name in cell.split(",")} - {"package"}


def test_no_python_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    lengths = {
        shown(path): len(path.read_text().splitlines()) for path in python_files() if "migrations" not in path.parts
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [shown(path) for path in python_files() if {path.stem, path.parent.name} & EMPTY_NAMES] == []


@pytest.mark.parametrize("name", ["prod", "dev"])
def test_every_locked_package_has_hashes_and_none_comes_from_an_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = lock_entries(text)
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []
    assert "http" not in text.replace("httpx", "").replace("httpcore", "")


@pytest.mark.parametrize("name", ["prod", "dev"])
def test_every_declared_package_is_locked(name: str) -> None:
    locked = {
        entry.split("==")[0].split("[")[0]
        for entry in lock_entries((ROOT / "requirements" / f"{name}.txt").read_text())
    }
    assert declared(f"{name}.in") - locked == set()


def test_the_documented_dependencies_are_those_declared() -> None:
    assert documented() == declared("prod.in") | declared("dev.in")


@pytest.mark.parametrize("wakeup", list(Wakeup))
def test_every_wake_up_names_something_that_can_be_called(wakeup: Wakeup) -> None:
    assert callable(import_string(wakeup.value))


@pytest.mark.django_db
def test_every_schedule_names_something_that_can_be_called_and_is_made_once() -> None:
    ensure_schedules()
    ensure_schedules()
    schedules = list(Schedule.objects.all())
    assert len({one.name for one in schedules}) == len(schedules) > 0
    assert all(callable(import_string(one.func)) for one in schedules)


@pytest.mark.parametrize("choice", [*State, *Outcome, *IntegrationStatus])
def test_every_state_has_a_look_of_colour_icon_and_words(choice: str) -> None:
    look = LOOKS[choice]
    assert look.tone
    assert look.icon
    assert look.meaning.endswith(".")


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)


def test_the_moves_that_the_database_allows_are_those_of_the_code() -> None:
    guards = importlib.import_module("apps.delivery.migrations.0002_guards")
    in_code = {old.value: {new.value for new in news} for old, news in MOVES.items() if news}
    assert {old: set(news) for old, news in guards.ALLOWED_MOVES.items()} == in_code


def test_the_objects_that_carry_the_posting_key_are_those_that_are_sent() -> None:
    marked = [name for name in DOCUMENTS.objects() if DOCUMENTS.of(name)["look_up"]["marker"]]
    assert sorted(marker().objects) == marked


def test_no_file_names_a_place_of_one_machine_or_a_package_registry() -> None:
    forbidden = [word.encode() for word in (FOREIGN_PLACE, *HOST_NAMES)]
    found = [shown(path) for path in our_files() if any(word in path.read_bytes() for word in forbidden)]
    assert found == []


def test_every_app_has_tests() -> None:
    apps = [path.parent.name for path in (ROOT / "apps").glob("*/__init__.py")]
    assert len(apps) > 5
    folders = {app: ROOT / "tests" / app for app in apps}
    untested = [
        app
        for app, folder in folders.items()
        if not any("def test_" in p.read_text() for p in folder.glob("test_*.py"))
    ]
    assert untested == []
