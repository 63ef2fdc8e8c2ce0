"""What of an Intacct record can be taken over into the record here, field by field, and why the rest can't.

The maps decide: a field that differs belongs to a property, and the property's pointer says where a client gives it.
"""

import copy
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.intacct import Record
from apps.mapping.nodes import Node, Property, PropertyType
from apps.mapping.object_maps import FieldMap
from apps.mapping.sending import Difference, OutboundMap, differences, render_record
from apps.masterdata.models import Address, OutboundRecord
from apps.synchronisation.nodes import ACTIVE, INACTIVE, ItemToSend, PartnerToSend

ToSend = ItemToSend | PartnerToSend

IN_ADDRESSES = "/addresses/"
SWITCHES = {"true": True, "t": True, "false": False, "f": False, "": False}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Change:
    """A field that becomes what it is over there. `pointer`: where a REST client would give it."""

    field: str
    label: str
    ours: str
    theirs: str
    pointer: str
    value: Any

    @property
    def name(self) -> str:
        """The field of the record, or of its address."""
        return self.pointer.rpartition("/")[2]

    @property
    def is_of_address(self) -> bool:
        return self.pointer.startswith(IN_ADDRESSES)


@dataclass(frozen=True)
class Left:
    """A field that stays as it is on both sides, and why."""

    field: str
    ours: str
    theirs: str
    reason: str

    def __str__(self) -> str:
        ours, theirs = self.ours or "empty", self.theirs or "empty"
        return f"{self.field}: {ours} here, {theirs} there; not taken over: {self.reason}"


@dataclass(frozen=True)
class Proposal:
    """What taking over one record means."""

    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()

    def without(self, flaws: dict[str, str]) -> "Proposal":
        """Fields that the record does not accept, by pointer with the reason, are left too."""
        refused = [
            Left(one.field, one.ours, one.theirs, flaws[key]) for one in self.changes if (key := one.pointer) in flaws
        ]
        kept = tuple(one for one in self.changes if one.pointer not in flaws)
        return dataclasses.replace(self, changes=kept, left=(*self.left, *refused))


NOTHING = Proposal()


class CannotTake(ValueError):
    """Why a value can't be taken over, in words."""


def compared_paths(mapped: OutboundMap, node: Node[Any], record: ToSend) -> list[str]:
    """The fields whose values are needed, also those that are empty here."""
    return list(render_record(mapped, node, record).values(creating=False))


def propose(mapped: OutboundMap, node: Node[Any], record: ToSend, theirs: Record) -> Proposal:
    """Compare, and apply what can be taken over to a copy of the record.

    Looked at until nothing new differs: a name that changes may change what is printed, which follows from it.
    """
    record = _copied(record)
    maps = dict(_by_path((mapped.key, *mapped.fields), ""))
    changes: dict[str, Change] = {}
    while True:
        found = differences(render_record(mapped, node, record).values(creating=False), theirs)
        left: list[Left] = []
        taken = len(changes)
        for one in found:
            try:
                change = _change(maps[one.field], node.properties, one)
                if change.pointer in changes:
                    other = changes[change.pointer].field
                    raise CannotTake(f"it is the same here as {other}, which is taken over")
                _apply(record, change)
            except CannotTake as reason:
                left.append(Left(one.field, one.ours, one.theirs, f"{reason}."))
            else:
                changes[change.pointer] = change
        if len(changes) == taken:
            return Proposal(tuple(changes.values()), tuple(left))


def owner_of(record: ToSend) -> OutboundRecord:
    """The record that is stored: an item, customer or supplier."""
    return record.item if isinstance(record, ItemToSend) else record.partner


def addresses_of(record: ToSend) -> tuple[Address, ...]:
    return record.addresses if isinstance(record, PartnerToSend) else ()


def _copied(record: ToSend) -> ToSend:
    if isinstance(record, ItemToSend):
        return ItemToSend(copy.copy(record.item))
    addresses = tuple(copy.copy(one) for one in record.addresses)
    return dataclasses.replace(record, partner=copy.copy(record.partner), addresses=addresses)


def _by_path(maps: tuple[FieldMap, ...], at: str) -> Iterator[tuple[str, FieldMap]]:
    for one in maps:
        if one.nested:
            yield from _by_path(one.nested, f"{at}{one.field}.")
        else:
            yield f"{at}{one.field}", one


def _change(mapped: FieldMap, properties: Any, found: Difference) -> Change:
    if mapped.constant:
        raise CannotTake(f"the mapping gives it the constant {mapped.constant}")
    if mapped.expression:
        raise CannotTake("the mapping computes it by an expression")
    one: Property[Any] = properties[mapped.property]
    if one.key == "status":
        return Change(found.field, one.label, found.ours, found.theirs, "/is_active", _is_active(found.theirs))
    if one.key == "id":
        raise CannotTake("an ID never changes")
    if not one.pointer:
        raise CannotTake(f"{one.label} is computed here and can't be entered")
    if one.pointer + "/" == IN_ADDRESSES:
        raise CannotTake("which contact it is follows from the roles of the addresses here; change them by hand")
    return Change(found.field, one.label, found.ours, found.theirs, one.pointer, _value(one, found.theirs))


def _is_active(words: str) -> bool:
    if words.lower() not in (ACTIVE, INACTIVE):
        raise CannotTake(f"a record here is {ACTIVE} or {INACTIVE}, nothing else")
    return words.lower() == ACTIVE


def _value(one: Property[Any], text: str) -> Any:
    if one.type == PropertyType.BOOLEAN:
        if text.lower() not in SWITCHES:
            raise CannotTake("it is neither true nor false")
        return SWITCHES[text.lower()]
    if one.type == PropertyType.AMOUNT:
        return _amount(text)
    return text


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
        in_cents = amount.quantize(CENT)  # also refuses what is infinite
    except InvalidOperation:
        raise CannotTake("it is no amount that can be kept here") from None
    if amount.is_nan():
        raise CannotTake("it is no amount that can be kept here")
    return in_cents if in_cents == amount else amount


def _apply(record: ToSend, change: Change) -> None:
    primary = record.primary if isinstance(record, PartnerToSend) else None
    row = primary if change.is_of_address else owner_of(record)
    if row is None:
        raise CannotTake("the record has no primary address here that could take it; add one first")
    setattr(row, change.name, change.value)
