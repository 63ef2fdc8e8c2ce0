"""Intacct record + inbound map → values of a portal record."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from apps.intacct import OrderBy, Query, Record, equal_to

DELIVERED = Path(__file__).resolve().parent / "delivered_inbound"
PAGE = 1000


@dataclass(frozen=True)
class InboundField:
    """A property taken from an Intacct field; with `active`, true when the field holds that word."""

    property: str
    field: str
    active: str = ""


@dataclass(frozen=True)
class InboundMap:
    object_name: str
    label: str
    key: InboundField
    fields: tuple[InboundField, ...]

    def question(self, *, offset: int) -> Query:
        """One page, ordered by record number: without an order, pages repeat and lose rows (protocol 3.5)."""
        selected = ("RECORDNO", self.key.field, *(one.field for one in self.fields))
        return Query(
            control_id=f"read-{self.object_name.lower()}-{offset}",
            object_name=self.object_name,
            select=selected,
            order_by=(OrderBy("RECORDNO"),),
            page_size=PAGE,
            offset=offset,
        )

    def question_for(self, *, record_no: str, record_id: str) -> Query:
        """The record with this number; without a number, the one with this ID."""
        return Query(
            control_id=f"read-one-{self.object_name.lower()}",
            object_name=self.object_name,
            select=("RECORDNO", self.key.field, *(one.field for one in self.fields)),
            filter=equal_to("RECORDNO", record_no) if record_no else equal_to(self.key.field, record_id),
            page_size=2,
            show_private=True,
        )

    def values(self, row: Record) -> dict[str, Any]:
        """A row as values by property."""
        return {one.property: _value(one, row) for one in (self.key, *self.fields)}


def _value(one: InboundField, row: Record) -> str | bool:
    text = (row.text(one.field) or "").strip()
    return text.lower() == one.active if one.active else text


@cache
def inbound_map(object_name: str) -> InboundMap:
    """The delivered inbound map of an Intacct object. Raises KeyError for one that none is delivered for."""
    path = DELIVERED / f"{object_name}.yaml"
    if not path.is_file():
        raise KeyError(f"No inbound map is delivered for {object_name}.")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return InboundMap(
        object_name=raw["object"],
        label=raw["label"],
        key=InboundField(**raw["key"]),
        fields=tuple(InboundField(**row) for row in raw["fields"]),
    )
