"""Where outbound records come from: by node, read for a page of keys in a constant number of queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from apps.configuration.models import IntacctConfiguration
from apps.delivery.keys import awaited
from apps.delivery.services.outbound_states import Trouble
from apps.mapping.nodes import Node
from apps.masterdata.models import Customer, Item, PaymentTerm, Supplier, TermLedger
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.synchronisation.nodes import (
    ADDRESS_NODE,
    CUSTOMER_NODE,
    ITEM_NODE,
    SUPPLIER_NODE,
    AddressToSend,
    ItemToSend,
    PartnerToSend,
    contact_name,
    owner_name,
    owner_of,
)

KIND = "master_data"


@dataclass(frozen=True)
class Loaded:
    """What is here for a page of keys: the records, which of them are to be deleted, and what keeps some from going.

    `later`: the record that they need is being sent itself; they are looked at again after it.
    """

    records: Mapping[str, Any]
    deleted: frozenset[str] = frozenset()
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    later: frozenset[str] = frozenset()


Load = Callable[[IntacctConfiguration, Sequence[str]], Loaded]


@dataclass(frozen=True)
class Source:
    """A kind of record that goes out, to which Intacct object, and how it is read."""

    node: Node[Any]
    object_name: str
    load: Load


def _items(connection: IntacctConfiguration, keys: Sequence[str]) -> Loaded:
    items = {one.code: one for one in Item.objects.filter(code__in=keys)}
    return Loaded({code: ItemToSend(one) for code, one in items.items()}, _deleted(items.values()))


def _partners(model: type[Customer] | type[Supplier], ledger: TermLedger, term_object: str, object_name: str) -> Load:
    def load(connection: IntacctConfiguration, keys: Sequence[str]) -> Loaded:
        partners = {one.code: one for one in model.objects.filter(code__in=keys).prefetch_related("addresses")}
        records = {code: PartnerToSend(one, tuple(one.addresses.all()), connection) for code, one in partners.items()}
        used = {one.payment_term for one in partners.values()}
        known = set(
            PaymentTerm.objects.filter(ledger=ledger, code__in=used, is_active=True).values_list("code", flat=True)
        )
        parents = _Standing.of(connection, object_name, {one.parent for one in partners.values()})
        contacts = _Standing.of(connection, "CONTACT", {name for one in records.values() for name in _contacts(one)})
        troubles, later = {}, set()
        for code, one in records.items():
            if one.partner.deleted_at is not None:
                continue
            needed = _parent_trouble(one, parents, object_name) or _contact_trouble(one, contacts)
            trouble = _term_trouble(one, known, term_object) or needed
            if trouble is not None:
                troubles[code] = trouble
            if trouble is needed and trouble is not None and trouble.waits_for in parents.coming | contacts.coming:
                later.add(code)
        return Loaded(records, _deleted(partners.values()), troubles, frozenset(later))

    return load


def _addresses(connection: IntacctConfiguration, keys: Sequence[str]) -> Loaded:
    wanted = set(keys)
    rows = connection.integration_states.filter(object_name="CONTACT", key__in=wanted)
    owners = {owner[1:] for owner in rows.values_list("owner", flat=True)}
    records: dict[str, Any] = {}
    for model in (Customer, Supplier):
        for partner in model.objects.filter(code__in=owners, deleted_at=None).prefetch_related("addresses"):
            for address in partner.addresses.all():
                name = contact_name(partner, address)
                if name in wanted and not address.is_primary:
                    records[name] = AddressToSend(partner, address)
    return Loaded(records)


def _deleted(records: Iterable[Item | Customer | Supplier]) -> frozenset[str]:
    return frozenset(one.code for one in records if one.deleted_at is not None)


@dataclass(frozen=True)
class _Standing:
    """Of records that others name: those that Intacct has, and (as awaited) those that are being sent."""

    there: frozenset[str]
    coming: frozenset[str]

    @classmethod
    def of(cls, connection: IntacctConfiguration, object_name: str, keys: set[str]) -> "_Standing":
        states = connection.integration_states.filter(object_name=object_name, key__in=keys - {""})
        rows = list(states.values_list("key", "record_no", "is_due", "is_in_flight"))
        return cls(
            frozenset(key for key, record_no, _due, _flying in rows if record_no),
            frozenset(awaited(object_name, key) for key, _no, due, flying in rows if due or flying),
        )


def _contacts(one: PartnerToSend) -> set[str]:
    """Contacts that must be there before the record that names them."""
    return {contact_name(one.partner, address) for address in one.further}


def _term_trouble(one: PartnerToSend, known: set[str], term_object: str) -> Trouble | None:
    term = one.partner.payment_term
    if not term or term in known:
        return None
    return Trouble(
        f"Payment term {term} is not known: it is not in Sage Intacct, inactive or private to an entity there, or not "
        "synchronised yet.",
        "Create or activate it in Sage Intacct at the top level and synchronise the payment terms; the record is then "
        "sent by itself. Or give the record another payment term.",
        awaited(term_object, term),
    )


def _parent_trouble(one: PartnerToSend, parents: _Standing, object_name: str) -> Trouble | None:
    parent = one.partner.parent
    if not parent or parent in parents.there:
        return None
    return Trouble(
        f"Its parent {parent} is not in Sage Intacct yet.",
        "See where the parent stands on the Integration page; when it is integrated, this record is sent by itself.",
        awaited(object_name, parent),
    )


def _contact_trouble(one: PartnerToSend, contacts: _Standing) -> Trouble | None:
    missing = sorted(_contacts(one) - contacts.there)
    if not missing:
        return None
    return Trouble(
        f"The contact {missing[0]} is not in Sage Intacct yet.",
        "See where the contact stands on the Integration page; when it is integrated, this record is sent by itself.",
        awaited("CONTACT", missing[0]),
    )


SOURCES: dict[str, Source] = {
    one.object_name: one
    for one in (
        Source(ADDRESS_NODE, "CONTACT", _addresses),
        Source(ITEM_NODE, "ITEM", _items),
        Source(CUSTOMER_NODE, "CUSTOMER", _partners(Customer, TermLedger.AR, "ARTERM", "CUSTOMER")),
        Source(SUPPLIER_NODE, "VENDOR", _partners(Supplier, TermLedger.AP, "APTERM", "VENDOR")),
    )
}
"""By Intacct object, in the order in which they are sent: a contact goes before the customer that names it."""

OBJECT_OF_NODE = {one.node.key: one.object_name for one in SOURCES.values()}


def contacts_of(connection: IntacctConfiguration, node: str, codes: Sequence[str]) -> dict[str, str]:
    """The contacts of these customers or suppliers, with their owners: also those of addresses that are gone."""
    if node not in ("customer", "supplier"):
        return {}
    model = Customer if node == "customer" else Supplier
    addresses: Any = OUTBOUND_NODES[node].address_model
    further = addresses._default_manager.filter(owner__code__in=codes, is_primary=False).select_related("owner")
    contacts = {contact_name(one.owner, one): owner_name(one.owner) for one in further}
    # In the words of the index of rows that have an owner, so that SQLite takes it.
    sent = connection.integration_states.filter(~Q(owner=""), owner__in=[owner_of(model, code) for code in codes])
    return contacts | dict(sent.order_by().values_list("key", "owner"))
