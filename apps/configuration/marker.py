"""What is delivered about Intacct's side: the posting key's field, its objects, the object of the entities."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

MARKER_FILE = Path(__file__).resolve().parent / "delivered" / "marker.yaml"


@dataclass(frozen=True)
class EntityObject:
    """The Intacct object whose records are the entities, and its fields."""

    object: str
    id: str
    name: str
    status: str


@dataclass(frozen=True)
class Marker:
    """The custom field that carries a posting's key (reliability.md 2.2), and the objects that must have it."""

    field: str
    objects: tuple[str, ...]
    entities: EntityObject


@cache
def marker() -> Marker:
    raw = yaml.safe_load(MARKER_FILE.read_text(encoding="utf-8"))
    return Marker(field=raw["field"], objects=tuple(raw["objects"]), entities=EntityObject(**raw["entities"]))
