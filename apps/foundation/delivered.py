"""Delivered data: YAML beside the app that owns it, loaded again and again, never over an admin's change."""

import copy
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

import yaml
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction


class DeliveredRow(models.Model):
    """What was delivered, so that a later load can tell an untouched row from one that an admin changed."""

    delivered_names: ClassVar[tuple[str, ...]] = ()
    """What is delivered of a row besides its key; empty for models that don't show whether a row was changed."""

    delivered_fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_delivered(self) -> bool:
        """Whether the row came with the portal; otherwise somebody made it here."""
        return bool(self.delivered_fingerprint)

    @property
    def differs_from_delivered(self) -> bool:
        """Whether an admin changed what was delivered: later loads leave such a row alone."""
        return self.is_delivered and not is_untouched(self, self.delivered_names)

    def delivered_value(self, name: str) -> Any:
        """What the row has now for a delivered name."""
        return getattr(self, name)

    def take_delivered(self, values: Mapping[str, Any]) -> None:
        """Save the delivered values into the row."""
        for name, value in values.items():
            setattr(self, name, value)
        self.save()


@dataclass(frozen=True)
class LoadReport:
    """What a load did with the rows of one model."""

    created: int = 0
    updated: int = 0
    kept: int = 0


@cache
def _read(path: Path) -> Any:
    """A delivered file is part of the code: it does not change while it runs."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a delivered YAML file (a list of mappings)."""
    rows = copy.deepcopy(_read(path))
    if not isinstance(rows, list):
        raise TypeError(f"{path.name} must hold a list.")
    return rows


def fingerprint(values: Mapping[str, Any]) -> str:
    """What is kept of delivered values: equal for equal values, whatever their order."""
    text = json.dumps({key: str(value) for key, value in sorted(values.items())}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_untouched(row: DeliveredRow, names: Iterable[str]) -> bool:
    """Whether the row still has what was delivered.

    A name that joined the delivered ones after the row was loaded has its field's default there, and is no change of
    an admin's: the fingerprint may be one without it. Names are part of the fingerprint, so nothing else matches.
    """
    values = {name: row.delivered_value(name) for name in names}
    joined = [name for name, value in values.items() if _is_default(row, name, value)]
    for count in range(len(joined) + 1):
        for left_out in combinations(joined, count):
            rest = {name: value for name, value in values.items() if name not in left_out}
            if row.delivered_fingerprint == fingerprint(rest):
                return True
    return False


def _is_default(row: DeliveredRow, name: str, value: Any) -> bool:
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if isinstance(field, models.ManyToOneRel):
        return not value  # rows of its own that it has none of
    return isinstance(field, models.Field) and field.has_default() and field.get_default() == value


@transaction.atomic
def load(model: type[DeliveredRow], rows: Iterable[Mapping[str, Any]], *, key: tuple[str, ...]) -> LoadReport:
    """Create what is missing, update what nobody changed, leave what an admin changed."""
    created = updated = kept = 0
    for values in rows:
        lookup = {name: values[name] for name in key}
        rest = {name: value for name, value in values.items() if name not in key}
        delivered = {**rest, "delivered_fingerprint": fingerprint(rest)}
        found = model._default_manager.filter(**lookup).first()
        if found is None:
            model(**lookup).take_delivered(delivered)
            created += 1
        elif is_untouched(found, rest):
            if found.delivered_fingerprint != delivered["delivered_fingerprint"]:
                found.take_delivered(delivered)
                updated += 1
        else:
            kept += 1
    return LoadReport(created=created, updated=updated, kept=kept)
