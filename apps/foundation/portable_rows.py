"""Rows of the set-up as plain values, and taken from plain values: created, changed, left, or refused with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from apps.foundation import audit
from apps.foundation.changes import in_words
from apps.foundation.portable import Portable

Value = str | int | bool | None


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    LEFT = "left"
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    """What became of one row of a file, or would."""

    section: str
    label: str
    name: str
    outcome: Outcome
    changes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: str = ""


def rows_of(portable: Portable) -> list[dict[str, Value]]:
    """All rows of a kind, in a fixed order."""
    rows = portable.model._default_manager.defer(*portable.without).order_by(*portable.first, *portable.natural_key)
    return [{name: _plain(portable, row, name) for name in portable.names} for row in portable.chosen(rows)]


def take(portable: Portable, given: Any, *, actor: str) -> Taken:
    """Create or change one row. Call it in the transaction that is undone when any row is refused."""
    try:
        values = _values(portable, given)
    except ValidationError as flaw:
        return _taken(portable, given, Outcome.REFUSED, words=" ".join(flaw.messages))
    known = {name: values[name] for name in portable.natural_key}
    row = portable.model._default_manager.defer(*portable.without).filter(**known).first()
    is_new = row is None
    if row is None:
        if not portable.is_created:
            return _taken(portable, given, Outcome.LEFT, words="Not here: it comes from Sage Intacct first.")
        row = portable.model(**known)
    taken = [name for name in portable.fields if name in values]
    before = {} if is_new else {name: _plain(portable, row, name) for name in taken}
    for name in taken:
        setattr(row, name, values[name])
    changes = _changes(before, {name: given[name] for name in taken})
    if not is_new and not changes:
        return _taken(portable, given, Outcome.LEFT)
    try:
        left = portable.rule(row, is_new)
        if left:
            return _taken(portable, given, Outcome.LEFT, words=left)
        row.full_clean(exclude=set(portable.without))
    except ValidationError as flaw:
        return _taken(portable, given, Outcome.REFUSED, words=" ".join(flaw.messages))
    row.save()
    portable.saved(row)
    _record(portable, row, changes, is_new=is_new, actor=actor)
    return _taken(portable, given, Outcome.CREATED if is_new else Outcome.CHANGED, changes)


def _values(portable: Portable, given: Any) -> dict[str, Any]:
    """The row's values with its references looked up. Raises `ValidationError`."""
    if not isinstance(given, dict):
        raise ValidationError("This is not a row.")
    unknown, missing = set(given) - set(portable.names), set(portable.names) - set(given) - portable.added_later
    if unknown or missing:
        words = [f"Unknown: {', '.join(sorted(unknown))}." if unknown else ""]
        words.append(f"Missing: {', '.join(sorted(missing))}." if missing else "")
        raise ValidationError(" ".join(words).strip())
    values: dict[str, Any] = {}
    for name in (name for name in portable.names if name in given):
        value = given[name]
        if not isinstance(value, str | int | bool | None):
            raise ValidationError(f"{name} is neither text, number, yes or no, nor empty.")
        values[name] = _referred(portable, name, value) if name in portable.references else value
    return values


def _referred(portable: Portable, name: str, value: Value) -> models.Model | None:
    if value is None:
        return None
    related = portable.model._meta.get_field(name).related_model
    assert isinstance(related, type)  # noqa: S101  declared as a reference
    assert issubclass(related, models.Model)  # noqa: S101
    try:
        found: models.Model = related._default_manager.get(**{portable.references[name]: value})
    except ObjectDoesNotExist:
        raise ValidationError(f"{name} {value!r} is neither here nor in the file.") from None
    return found


def _plain(portable: Portable, row: models.Model, name: str) -> Value:
    value = getattr(row, name)
    if name in portable.references:
        return None if value is None else str(getattr(value, portable.references[name]))
    plain: Value = value
    return plain


def _changes(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, dict[str, str]]:
    return {
        name: {"old": _text(before.get(name)), "new": _text(value)}
        for name, value in after.items()
        if before.get(name) != value
    }


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _taken(
    portable: Portable,
    given: Any,
    outcome: Outcome,
    changes: Mapping[str, Mapping[str, str]] | None = None,
    *,
    words: str = "",
) -> Taken:
    parts = [str(given.get(name, "?")) for name in portable.natural_key] if isinstance(given, dict) else ["?"]
    return Taken(portable.section, portable.label, " ".join(parts), outcome, changes or {}, words)


def _record(
    portable: Portable, row: models.Model, changes: dict[str, dict[str, str]], *, is_new: bool, actor: str
) -> None:
    audit.record(
        audit.Event(
            actor=actor,
            action=f"{portable.kind}_{'created' if is_new else 'changed'}",
            subject_type=portable.kind,
            subject_id=str(row.pk),
            subject_label=str(row)[:120],
            detail={"changes": changes, "note": "" if is_new else in_words(changes)},
        )
    )
