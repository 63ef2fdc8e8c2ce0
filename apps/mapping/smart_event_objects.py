"""The objects that Sage Intacct can tell about with Smart Events: delivered as data."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

DELIVERED = Path(__file__).resolve().parent / "delivered_smart_events.yaml"


class RecordEvent(StrEnum):
    """What happened to a record, in the words of a Smart Event."""

    ADD = "add"
    SET = "set"
    DELETE = "delete"


@dataclass(frozen=True)
class SmartEventObject:
    """An object, and its field that identifies a record."""

    object: str
    label: str
    id: str
    is_on: bool = True
    on_add: bool = True
    """Both as delivered."""


@cache
def smart_event_objects() -> dict[str, SmartEventObject]:
    """By object name, in the order of the grid."""
    rows = yaml.safe_load(DELIVERED.read_text(encoding="utf-8"))
    return {row["object"]: SmartEventObject(**row) for row in rows}
