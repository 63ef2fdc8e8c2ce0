"""Creating and changing items, customers and suppliers: many at once, each standing alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.foundation import audit, clock
from apps.foundation.changes import differences, in_words, snapshot
from apps.foundation.errors import Flaw
from apps.foundation.preconditions import SUPPOSES_NOTHING, Precondition
from apps.foundation.wording import in_english
from apps.masterdata.changes import tell
from apps.masterdata.errors import RecordNotAcceptable
from apps.masterdata.models import Address, OutboundRecord
from apps.masterdata.nodes import OUTBOUND_NODES, OutboundNode
from apps.masterdata.versions import version_of

AT_ONCE = 500
_NOT_SHOWN = ("id", "owner_id", "code")


@dataclass(frozen=True)
class RecordInput:
    """A record as it is given, by field name. `addresses`: all of them; None leaves them as they are.

    `is_partial`: what is not given stays as it is; otherwise it gets its default.
    `supposed`: what the record must be now (`versions.version_of`) for it to be changed at all.
    """

    code: str
    values: Mapping[str, Any]
    addresses: Sequence[Mapping[str, Any]] | None = None
    is_partial: bool = False
    supposed: Precondition = SUPPOSES_NOTHING


@dataclass(frozen=True)
class Saved:
    code: str
    is_new: bool
    is_changed: bool


@dataclass
class _Work:
    """One record on its way: as it was, as it will be, and what is wrong with it."""

    given: RecordInput
    record: OutboundRecord
    is_new: bool
    before: dict[str, str]
    addresses: list[Address] | None = None
    flaws: list[Flaw] = field(default_factory=list)

    def after(self) -> dict[str, str]:
        return _described(self.record, self.addresses)


@in_english
def save_records(*, node: str, records: Sequence[RecordInput], actor: str) -> list[Saved | RecordNotAcceptable]:
    """Create or change records by their ID; what is not acceptable comes back with all its flaws, the others are kept.

    Unchanged input changes nothing and tells nobody. An ID that was deleted and not yet deleted in Intacct lives on.
    A constant number of queries for 500 records. Raises `PreconditionFailed`, for all of a page, where a record is not
    what its input supposes.
    """
    results: list[Saved | RecordNotAcceptable] = []
    for start in range(0, len(records), AT_ONCE):
        page = records[start : start + AT_ONCE]
        try:
            results += _save_page(OUTBOUND_NODES[node], page, actor)
        except IntegrityError:  # somebody created one of them at the same time: now it is there, and is changed
            results += _save_page(OUTBOUND_NODES[node], page, actor)
    return results


@in_english
def save_record(*, node: str, record: RecordInput, actor: str) -> Saved:
    """The same for one. Raises `RecordNotAcceptable`, `PreconditionFailed`."""
    (result,) = save_records(node=node, records=[record], actor=actor)
    if isinstance(result, RecordNotAcceptable):
        raise result
    return result


@transaction.atomic
def _save_page(node: OutboundNode, page: Sequence[RecordInput], actor: str) -> list[Saved | RecordNotAcceptable]:
    known = _known(node, [one.code for one in page])
    work = []
    seen: set[str] = set()
    for given in page:
        if given.code in seen:  # not prepared: it would change the very row that the first one changes
            flaw = Flaw("/id", "given_twice", f"{given.code} stands in this request more than once.")
            work.append(_Work(given, node.model(code=given.code), is_new=False, before={}, flaws=[flaw]))
            continue
        seen.add(given.code)
        work.append(_prepared(node, given, known.get(given.code)))
    good = [one for one in work if not one.flaws]
    changed = [one for one in good if one.is_new or one.after() != one.before]
    _write(node, changed)
    audit.record(_events(node, changed, actor))
    tell(node.name, [one.record.code for one in changed])
    written = {id(one) for one in changed}
    return [
        Saved(one.record.code, one.is_new, id(one) in written) if not one.flaws else not_acceptable(node, one.flaws)
        for one in work
    ]


def not_acceptable(node: OutboundNode, flaws: Sequence[Flaw]) -> RecordNotAcceptable:
    """The refusal for these flaws; its sentence is the first one's."""
    more = f" ({len(flaws) - 1} more below)" if len(flaws) > 1 else ""
    return RecordNotAcceptable(
        f"{flaws[0].detail}{more}",
        flaws=flaws,
        next_step=f"Correct what the errors point to and send the {node.name} again. Nothing of it was stored.",
    )


def _known(node: OutboundNode, codes: Iterable[str]) -> dict[str, OutboundRecord]:
    """Locked, so that two writers of one record come after each other."""
    rows: QuerySet[Any, Any] = node.model._default_manager.select_for_update().filter(code__in=codes)
    if node.address_model is not None:
        rows = rows.prefetch_related("addresses")
    return {one.code: one for one in rows}


def _prepared(node: OutboundNode, given: RecordInput, known: OutboundRecord | None) -> _Work:
    before = _described(known, node.addresses_of(known))
    is_new = known is None or known.deleted_at is not None
    given.supposed.check(
        version_of(node, known, node.addresses_of(known)) if known is not None and not is_new else None,
        what=f"{node.name.capitalize()} {given.code}",
    )
    record = known if known is not None else node.model(code=given.code)
    record.deleted_at = None
    values = dict(given.values)
    if not given.is_partial:
        defaults = node.model()
        values = {name: getattr(defaults, name) for name in node.fields} | values
    for name, value in values.items():
        setattr(record, name, value.strip() if isinstance(value, str) else value)
    work = _Work(given, record, is_new, before)
    work.flaws += _flaws(record, (*node.fields, "code"), "")
    if given.addresses is not None:
        work.addresses = []
        for index, row in enumerate(given.addresses):
            assert node.address_model is not None  # noqa: S101  the doors offer addresses only where there are some
            address = node.address_model(**{k: v.strip() if isinstance(v, str) else v for k, v in row.items()})
            work.flaws += _flaws(address, node.address_fields, f"/addresses/{index}")
            work.addresses.append(address)
        work.flaws += _role_flaws(node, work.addresses)
    else:
        work.addresses = node.addresses_of(known)
    return work


def _flaws(row: OutboundRecord | Address, names: Sequence[str], at: str) -> list[Flaw]:
    """What the model itself says is wrong, by field. No query: what the database alone can know it says when saving."""
    left_out = {field.name for field in row._meta.concrete_fields} - set(names)
    try:
        row.clean_fields(exclude=left_out)
        row.clean()
    except ValidationError as error:
        return [
            Flaw(f"{at}/{'id' if name == 'code' else name}", one.code or "invalid", f"{_label(row, name)}: {text}")
            for name, errors in error.error_dict.items()
            for one in errors
            for text in one.messages
        ]
    return []


def _label(row: OutboundRecord | Address, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def _role_flaws(node: OutboundNode, addresses: Sequence[Address]) -> Iterable[Flaw]:
    codes: set[str] = set()
    for index, address in enumerate(addresses):
        if address.code in codes:
            yield Flaw(f"/addresses/{index}/id", "given_twice", f"The address {address.code} is given more than once.")
        codes.add(address.code)
    for role in node.roles:
        having = [index for index, address in enumerate(addresses) if getattr(address, role)]
        for index in having[1:]:
            words = role.removeprefix("is_").replace("_", "-")
            yield Flaw(f"/addresses/{index}/{role}", "one_only", f"Only one address is the {words} address.")


def _described(record: OutboundRecord | None, addresses: Sequence[Address] | None) -> dict[str, str]:
    """A record with its addresses as text, for comparison and history."""
    if record is None:
        return {}
    values = {name: text for name, text in snapshot(record).items() if name not in ("created_at", "updated_at")}
    for address in addresses or ():
        names = [field.attname for field in address._meta.concrete_fields if field.attname not in _NOT_SHOWN]
        shown = [f"{name.replace('_', ' ')} {value}" for name in names if (value := getattr(address, name))]
        values[f"address {address.code}"] = ", ".join(shown)
    return values


def _write(node: OutboundNode, changed: Sequence[_Work]) -> None:
    now = clock.database_now()
    fresh = [one.record for one in changed if one.record.pk is None]
    stored = [one.record for one in changed if one.record.pk is not None]
    for record in stored:
        record.updated_at = now
    manager = node.model._default_manager
    manager.bulk_update(stored, [*node.fields, "deleted_at", "updated_at"], batch_size=100)
    manager.bulk_create(fresh)
    if node.address_model is None:
        return
    given = [one for one in changed if one.given.addresses is not None]
    owners = [one.record.pk for one in given]
    rows: QuerySet[Any, Any] = node.address_model._default_manager.all()
    rows.filter(owner__in=owners).delete()
    addresses = []
    for one in given:
        for address in one.addresses or ():
            address.owner_id = one.record.pk  # type: ignore[attr-defined]
            addresses.append(address)
    node.address_model._default_manager.bulk_create(addresses)


def _events(node: OutboundNode, changed: Sequence[_Work], actor: str) -> Iterable[audit.Event]:
    for one in changed:
        changes = differences(one.before, one.after())
        yield audit.Event(
            actor=actor,
            action=f"{node.name}_{'created' if one.is_new else 'changed'}",
            subject_type=node.name,
            subject_id=str(one.record.pk),
            subject_label=str(one.record),
            detail={"changes": changes, "note": "" if one.is_new else in_words(changes)},
        )
