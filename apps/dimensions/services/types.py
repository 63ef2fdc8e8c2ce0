"""Activating and deactivating types, and taking over the dimensions that an Intacct company defined."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from apps.dimensions.consequences import AnyType
from apps.dimensions.errors import TypeLocked
from apps.dimensions.models import AttributeType, DimensionType
from apps.dimensions.selectors import next_free_slot
from apps.foundation.changes import record_change, snapshot
from apps.foundation.wording import in_english


@dataclass(frozen=True)
class IntacctDimension:
    """A dimension as Sage Intacct lists it (intacct-protocol 3.7)."""

    object_name: str
    label: str
    is_user_defined: bool
    is_in_ledger: bool = True
    account_flag: str = ""
    """The field of an account that says whether it requires this dimension; empty: accounts have none."""


@in_english
@transaction.atomic
def set_active(*, type_: AnyType, active: bool, actor: str) -> bool:
    """Activate or deactivate a type; what that means is shown before. False: it was so already.

    Raises `TypeLocked` for Department and Channel.
    """
    if isinstance(type_, DimensionType) and type_.is_locked:
        raise TypeLocked(
            f"{type_} comes with Sage Intacct and stays active.",
            next_step="Whether a line must name it is decided by each account, in Sage Intacct.",
        )
    model = AttributeType if isinstance(type_, AttributeType) else DimensionType
    before = snapshot(type_)
    if not model._default_manager.filter(pk=type_.pk).exclude(is_active=active).update(is_active=active):
        return False
    type_.is_active = active
    kind = "attribute_type" if model is AttributeType else "dimension_type"
    return record_change(actor=actor, kind=kind, row=type_, before=before, after=snapshot(type_))


@in_english
@transaction.atomic
def take_discovered(*, found: Iterable[IntacctDimension], actor: str) -> list[DimensionType]:
    """Make a type for each user-defined dimension that no type is linked to yet. Returns the new ones.

    In the order in which Intacct lists them, each in the lowest free slot; the twenty-first and later have none and are
    never sent (guide: no predefined integration). Types of dimensions that are gone stay: an admin decides.
    """
    found = list(found)
    for one in found:
        known = DimensionType.objects.filter(intacct_object=one.object_name, is_locked=False)
        known.exclude(account_flag=one.account_flag).update(account_flag=one.account_flag)
    linked = set(DimensionType.objects.exclude(intacct_object=None).values_list("intacct_object", flat=True))
    made = []
    for one in found:
        if not one.is_user_defined or not one.is_in_ledger or one.object_name in linked:
            continue
        code = one.object_name.lower()
        if DimensionType.objects.filter(pk=code).exists():
            code = f"{code}_intacct"
        name = one.label or one.object_name
        if DimensionType.objects.filter(name=name).exists():
            name = f"{name} ({one.object_name})"
        fresh = DimensionType(code=code, name=name, slot=next_free_slot(), intacct_object=one.object_name)
        fresh.account_flag = one.account_flag
        fresh.full_clean(exclude=["delivered_fingerprint"])
        fresh.save(force_insert=True)
        record_change(actor=actor, kind="dimension_type", row=fresh, before=None, after=snapshot(fresh))
        linked.add(one.object_name)
        made.append(fresh)
    return made
