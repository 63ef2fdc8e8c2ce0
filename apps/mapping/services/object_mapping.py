"""Changing, resetting and inspecting object mappings; each change is checked first and is in the history."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.foundation import audit, clock
from apps.foundation.changes import in_words
from apps.foundation.errors import Flaw
from apps.foundation.wording import in_english
from apps.intacct import FieldInfo, Lookup
from apps.mapping.effective import FieldChange, changes_of
from apps.mapping.errors import MappingNotAcceptable
from apps.mapping.expressions import check
from apps.mapping.grid import MappedObject, mapped_object, mapped_objects
from apps.mapping.models import Direction, FieldMapping, MappedKind, ObjectMapping


def ensure_object_mappings() -> int:
    """A row for each delivered object map that has none yet. Returns how many were made."""
    known = set(ObjectMapping.objects.values_list("object_name", flat=True))
    fresh = [
        ObjectMapping(
            object_name=one.object_name, direction=one.delivered_direction, include_private=one.delivered_private
        )
        for one in mapped_objects()
        if one.object_name not in known
    ]
    ObjectMapping.objects.bulk_create(fresh)
    return len(fresh)


@in_english
@transaction.atomic
def change_mapping(
    *,
    mapping: ObjectMapping,
    actor: str,
    direction: str,
    include_private: bool,
    fields: Mapping[str, FieldChange],
    seen: str = "",
) -> bool:
    """Make these the changes of an object's map: what is as delivered is no change. False: nothing differed.

    `seen`: the revision that the person looked at. Raises `MappingNotAcceptable` with a flaw for each field that could
    not work, or where somebody else changed the map meanwhile.
    """
    mapped = mapped_object(mapping.object_name)
    wanted = {path: change for path, change in fields.items() if change != mapped.delivered.get(path)}
    flaws = list(_flaws(mapped, mapping, direction, wanted))
    if flaws:
        raise MappingNotAcceptable(
            flaws[0].detail, flaws=flaws, next_step="Correct it and save again. Nothing was changed."
        )
    stored = ObjectMapping.objects.select_for_update().get(pk=mapping.pk)
    if stored.revision != seen:
        raise MappingNotAcceptable(
            f"Somebody changed the mapping of {mapping.object_name} while you looked at it.",
            next_step="Look at it again, then make your change. Nothing was changed.",
        )
    before = _described(stored)
    stored.direction, stored.include_private = direction, include_private
    FieldMapping.objects.filter(mapping=stored).delete()
    FieldMapping.objects.bulk_create(
        FieldMapping(mapping=stored, field=path, kind=change.kind, value=change.value)
        for path, change in wanted.items()
    )
    return _renewed(stored, before, actor, "mapping_changed")


@in_english
@transaction.atomic
def reset_mapping(*, mapping: ObjectMapping, actor: str) -> bool:
    """*Reset to delivered settings*: changes are lost. False: it was as delivered."""
    mapped = mapped_object(mapping.object_name)
    stored = ObjectMapping.objects.select_for_update().get(pk=mapping.pk)
    before = _described(stored)
    stored.direction, stored.include_private = mapped.delivered_direction, mapped.delivered_private
    FieldMapping.objects.filter(mapping=stored).delete()
    return _renewed(stored, before, actor, "mapping_reset")


def inspect_object(*, mapping: ObjectMapping, connection: IntacctConfiguration) -> int:
    """Ask Sage Intacct for the object's fields, custom ones included, and keep them. Returns how many.

    Raises `OptionOff`, `IntacctError`.
    """
    mapped = mapped_object(mapping.object_name)
    client = client_for(connection)
    try:
        answer = client.ask(Lookup(control_id="fields", object_name=mapping.object_name))
        inspected = _listed(answer.fields, mapped, is_of_line=False)
        if mapped.lines_object:
            of_lines = client.ask(Lookup(control_id="fields-of-lines", object_name=mapped.lines_object))
            inspected += _listed(of_lines.fields, mapped, is_of_line=True)
    finally:
        client.close()
    mapping.inspected = inspected
    mapping.relationships = [
        {"path": one.path, "object": one.object_name, "label": one.label, "by": one.related_by}
        for one in answer.relationships
    ]
    mapping.inspected_at = clock.database_now()
    mapping.save(update_fields=["inspected", "relationships", "inspected_at"])
    return len(mapping.inspected)


def _listed(fields: Iterable[FieldInfo], mapped: MappedObject, *, is_of_line: bool) -> list[dict[str, Any]]:
    paths = {one.name: mapped.path_of(one.name, is_custom=bool(one.custom), is_of_line=is_of_line) for one in fields}
    return [
        {
            "name": paths[one.name],
            "label": one.label or "",
            "description": one.description or "",
            "type": one.data_type or "",
            "required": bool(one.required),
            "read_only": bool(one.read_only),
            "custom": bool(one.custom),
        }
        for one in fields
        if paths[one.name]
    ]


def flaws_of(mapping: ObjectMapping, fields: Mapping[str, FieldChange]) -> list[Flaw]:
    """What could not work of these changes to an object's map: for whoever does not come by the page."""
    mapped = mapped_object(mapping.object_name)
    wanted = {path: change for path, change in fields.items() if change != mapped.delivered.get(path)}
    return list(_flaws(mapped, mapping, mapping.direction, wanted))


_WHY_LOCKED = {
    False: "without it no record can be told from another.",
    True: "it decides what is posted, or how the document is found again.",
}


def _flaws(
    mapped: MappedObject, mapping: ObjectMapping, direction: str, wanted: Mapping[str, FieldChange]
) -> Iterator[Flaw]:
    if direction not in mapped.directions:
        offered = ", ".join(str(Direction(one).label) for one in mapped.directions)
        yield Flaw("/direction", "invalid_choice", f"{mapped.object_name} can be: {offered}.")
    taken = {change.value: path for path, change in mapped.delivered.items() if change.kind == MappedKind.PROPERTY}
    known = {one["name"] for one in mapping.inspected}
    sent = [] if mapped.is_inbound else mapping.inspected
    required_there = {one["name"] for one in sent if one["required"]}
    read_only_there = {one["name"] for one in sent if one["read_only"]}
    for path, change in wanted.items():
        at = f"/fields/{path}"
        if path in mapped.locked:
            yield Flaw(at, "required", f"{path} stays as delivered: {_WHY_LOCKED[mapped.is_document]}")
            continue
        if change.kind == MappedKind.CLEARED:
            if path in required_there:
                yield Flaw(at, "required", f"{path} can't be cleared: Sage Intacct requires it.")
            continue
        if path in read_only_there:
            yield Flaw(at, "read_only", f"{path} is read only in Sage Intacct.")
        if path not in mapped.delivered and path not in known:
            yield Flaw(at, "unknown_field", f"Sage Intacct has no field {path}, as far as it was asked.")
        if change.kind != MappedKind.PROPERTY and mapped.is_inbound:
            yield Flaw(at, "not_a_property", f"{path} comes in: it fills a property.")
        offered_here = mapped.properties_of(path)
        if change.kind == MappedKind.EXPRESSION and (wrong := check(change.value, offered_here)):
            yield Flaw(at, "expression", f"{path}: {wrong}")
        if change.kind != MappedKind.PROPERTY:
            continue
        if change.value not in offered_here:
            of_what = "a line of " if mapped.is_of_line(path) else ""
            yield Flaw(at, "unknown_property", f"{change.value!r} is no property of {of_what}{mapped.label}.")
            continue
        other = taken.get(change.value, "")
        moved = other in wanted and wanted[other] != mapped.delivered.get(other)
        if mapped.is_inbound and other and other != path and not moved:
            yield Flaw(at, "given_twice", f"{other} fills that property already. Clear it there first.")
        if path in mapped.delivered and not mapped.same_type(path, change.value):
            yield Flaw(at, "wrong_type", f"{path} holds another type of value than that property.")


def _described(mapping: ObjectMapping) -> dict[str, str]:
    fields = changes_of(mapping.object_name).fields
    return {
        "direction": str(mapping.get_direction_display()),
        "include private": str(mapping.include_private),
        **{path: change.value or str(change.kind.label) for path, change in fields.items()},
    }


def _renewed(mapping: ObjectMapping, before: dict[str, str], actor: str, action: str) -> bool:
    after = _described(mapping)
    if after == before:
        return False
    mapping.revision = secrets.token_hex(16)
    mapping.save(update_fields=["direction", "include_private", "revision"])
    changes = {
        name: {"old": before.get(name, "as delivered"), "new": after.get(name, "as delivered")}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type="mapping",
            subject_id=mapping.object_name,
            subject_label=mapping.object_name,
            detail={"changes": changes, "note": in_words(changes)},
        )
    )
    return True
