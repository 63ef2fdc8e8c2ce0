"""What of the set-up can be carried from one tenant to another: declared by the app that owns it, as data.

Rows are named by their natural keys, never by database IDs. Secrets are no fields of these declarations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

Rule = Callable[[Any, bool], str]
"""Looks at a row with its new values before it is saved: `rule(row, is_new)`.

Returns why the row is left as it is (empty: it is saved), or raises `ValidationError` for what can't be taken.
"""


def _no_rule(row: Any, is_new: bool) -> str:
    return ""


@dataclass(frozen=True)
class Portable:
    """One kind of row in the file."""

    section: str
    label: str
    order: int
    """Sections that others refer to come first."""
    model: type[models.Model]
    natural_key: tuple[str, ...]
    fields: tuple[str, ...] = ()
    added_later: frozenset[str] = frozenset()
    """Fields that a file from before they were may lack: a row keeps what it has, a new one gets the default."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Foreign keys among the names above, each with the field that names the row there: `{"legislation": "code"}`."""
    kind: str = ""
    """What the audit trail calls it."""
    is_created: bool = True
    """Whether a row that is not there is made; otherwise it is left out, and the preview says so."""
    rule: Rule = _no_rule
    saved: Callable[[Any], object] = lambda row: None
    """What is done once the row is saved: rows of its own that were given as one value."""
    without: tuple[str, ...] = ()
    """Fields that are neither read nor checked: secrets."""
    first: Sequence[str] = ()
    """The order of the rows in the file, where rows of one kind refer to each other."""
    chosen: Callable[[Any], Any] = lambda rows: rows
    """Which rows travel: narrows the query."""

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.natural_key, *self.fields)


_portables: dict[str, Portable] = {}


def register(*declared: Portable) -> None:
    """Have these carried with the set-up."""
    _portables.update({one.section: one for one in declared})


def portables() -> tuple[Portable, ...]:
    """Everything that is carried, in the order in which it can be taken."""
    return tuple(sorted(_portables.values(), key=lambda one: one.order))
