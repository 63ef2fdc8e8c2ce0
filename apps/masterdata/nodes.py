"""The kinds of records that originate here, by the name that the portal uses everywhere."""

from dataclasses import dataclass
from typing import Any

from apps.masterdata.models import Address, Customer, CustomerAddress, Item, OutboundRecord, Supplier, SupplierAddress

SERVICE_FIELDS = ("id", "created_at", "updated_at", "deleted_at", "owner")


@dataclass(frozen=True)
class OutboundNode:
    """A kind of record: its model, and that of its addresses where it has some."""

    name: str
    model: type[OutboundRecord]
    address_model: type[Address] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """What can be given for a record, without its ID."""
        names = [field.name for field in self.model._meta.concrete_fields]
        return tuple(name for name in names if name not in (*SERVICE_FIELDS, "code"))

    @property
    def address_fields(self) -> tuple[str, ...]:
        """What can be given for an address."""
        if self.address_model is None:
            return ()
        names = [field.name for field in self.address_model._meta.concrete_fields]
        return tuple(name for name in names if name not in SERVICE_FIELDS)

    def addresses_of(self, record: Any) -> list[Address]:
        """A record's addresses; none where it has none by its kind, or is not there."""
        return [] if self.address_model is None or record is None else list(record.addresses.all())

    @property
    def roles(self) -> tuple[str, ...]:
        """What one address at the most is to its owner."""
        return tuple(name for name in self.address_fields if name.startswith("is_"))


OUTBOUND_NODES: dict[str, OutboundNode] = {
    one.name: one
    for one in (
        OutboundNode("item", Item),
        OutboundNode("customer", Customer, CustomerAddress),
        OutboundNode("supplier", Supplier, SupplierAddress),
    )
}
