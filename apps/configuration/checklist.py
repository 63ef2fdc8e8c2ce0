"""The guided set-up: the guide's steps as data, and the checks that find out whether a step is really done.

A check lives in the app that knows: it registers here under the name that `delivered/set_up_steps.yaml` gives it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from apps.configuration.models import IntacctConfiguration

DELIVERED = Path(__file__).resolve().parent / "delivered" / "set_up_steps.yaml"


class StepState(StrEnum):
    """Green is really green: `done` was detected, or said by a person where nothing can be detected."""

    DONE = "done"
    TO_DO = "to_do"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True)
class Finding:
    """What a check found, in words, and the address of the very field to go to (empty: the step's own link)."""

    state: StepState
    detail: str
    link: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the guide."""

    key: str
    product: str
    title: str
    path: str
    words: tuple[str, ...]
    check: str = ""
    link: str = ""


Check = Callable[[IntacctConfiguration | None], Finding]
"""Looks at what is known now, without calling Intacct: the page must open while Intacct is away."""

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Have `check` asked for every step that names it."""
    _checks[name] = check


def check_of(step: Step) -> Check | None:
    """The registered check of a step; None where a person says whether it is done."""
    return _checks.get(step.check) if step.check else None


@cache
def steps() -> tuple[Step, ...]:
    """The delivered steps in the guide's order."""
    rows = yaml.safe_load(DELIVERED.read_text(encoding="utf-8"))
    return tuple(Step(**{**row, "words": tuple(row["words"])}) for row in rows)
