"""The delivered maps as data: one YAML file for each Intacct object, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class DeliveredMaps:
    """The maps of one way: of documents, of master data that comes in, or of master data that goes out."""

    folder: str
    kind: str

    def of(self, object_name: str) -> dict[str, Any]:
        """The delivered map of an Intacct object; not to be changed. Raises KeyError for one that has none."""
        if object_name not in self.objects():
            raise KeyError(f"No {self.kind} is delivered for {object_name}.")
        return _read(self.folder, object_name)

    def objects(self) -> tuple[str, ...]:
        """All Intacct objects with such a map."""
        return _names(self.folder)


DOCUMENTS = DeliveredMaps("delivered", "map")
INBOUND = DeliveredMaps("delivered_inbound", "inbound map")
OUTBOUND = DeliveredMaps("delivered_outbound", "outbound map")
LINKED = DeliveredMaps("delivered_linked", "map of linked dimensions")
"""Of dimensions that a type may be linked to: `GLDIM` stands for all that a company defined."""


def label_of(object_name: str) -> str:
    """An Intacct object in words; one that no map is delivered for keeps its name."""
    for maps in (DOCUMENTS, OUTBOUND, INBOUND):
        if object_name in maps.objects():
            return str(maps.of(object_name)["label"])
    return object_name


@cache
def _names(folder: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (HERE / folder).glob("*.yaml")))


@cache
def _read(folder: str, object_name: str) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((HERE / folder / f"{object_name}.yaml").read_text(encoding="utf-8"))
    return raw
