"""The steps of a connection test as data, and the registry through which apps above add steps of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from apps.configuration.models import IntacctConfiguration
from apps.intacct import Client


class StepCode(StrEnum):
    """What a step is about, whatever words it uses."""

    SWITCH = "switch"
    CREDENTIALS = "credentials"
    ENDPOINT = "endpoint"
    SENDER = "sender"
    SIGN_IN = "sign_in"
    TOP_LEVEL = "top_level"
    ENTITIES = "entities"
    POSTING_KEY = "posting_key"
    CUSTOM_PACKAGE = "custom_package"


class StepResult(StrEnum):
    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One thing that was tried: what came of it, and what to do about it."""

    code: StepCode
    name: str
    result: StepResult
    detail: str
    next_step: str = ""
    asked: tuple[str, ...] = ()
    """IDs that Intacct was asked about, and which of them it has: of the entities."""
    found: tuple[str, ...] = ()


FurtherStep = Callable[[Client, IntacctConfiguration], Step]
"""Asks Intacct one more thing, signed in at the top level. May raise `IntacctError`: the test then ends there."""

_further: list[FurtherStep] = []


def register(further: FurtherStep) -> None:
    """Have `further` asked at the end of every connection test. Twice is once."""
    if further not in _further:
        _further.append(further)


def further_steps() -> tuple[FurtherStep, ...]:
    return tuple(_further)
