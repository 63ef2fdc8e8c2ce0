"""What goes out, as the outbound maps see it: items, customers, suppliers and their further addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.configuration.models import IntacctConfiguration
from apps.mapping.nodes import Collection, Node, Property, PropertyType, PropertyValue, properties
from apps.masterdata.models import Address, Customer, Item, Supplier

TEXT, AMOUNT, BOOLEAN = PropertyType.TEXT, PropertyType.AMOUNT, PropertyType.BOOLEAN
ACTIVE, INACTIVE = "active", "inactive"


@dataclass(frozen=True)
class ItemToSend:
    item: Item


@dataclass(frozen=True)
class PartnerToSend:
    """A customer or supplier with its addresses, and the connection whose switches decide about contacts."""

    partner: Customer | Supplier
    addresses: tuple[Address, ...]
    connection: IntacctConfiguration

    @property
    def primary(self) -> Address | None:
        """The address of the display contact."""
        return next((one for one in self.addresses if one.is_primary), None)

    @property
    def further(self) -> list[Address]:
        """Addresses that are contacts of their own in Sage Intacct."""
        return [one for one in self.addresses if not one.is_primary]

    def contact_with(self, role: str) -> str:
        """The contact of the address with that role; empty where it is the primary one, which needs no naming."""
        return next((contact_name(self.partner, one) for one in self.further if getattr(one, role, False)), "")


@dataclass(frozen=True)
class AddressToSend:
    partner: Customer | Supplier
    address: Address


@dataclass(frozen=True)
class ListedContact:
    """A line of the contact list: the category's name is predefined by the address's role."""

    category: str
    contact_name: str


def contact_name(partner: Customer | Supplier, address: Address) -> str:
    """The contact's name, unique in Sage Intacct and never changing: `WAREHOUSE(CCUST-01)`.

    Intacct's own contacts are named alike, by name and ID of their customer or vendor (protocol 4.3).
    """
    return f"{address.code}({owner_name(partner)})"


def owner_name(partner: Customer | Supplier) -> str:
    """Whose contact it is: the letter tells a customer from a supplier of the same ID."""
    return owner_of(type(partner), partner.code)


def owner_of(model: type[Customer] | type[Supplier], code: str) -> str:
    return f"{'C' if issubclass(model, Customer) else 'V'}{code}"


def _status(partner: Item | Customer | Supplier) -> str:
    return ACTIVE if partner.is_active and partner.deleted_at is None else INACTIVE


def _item(
    key: str, label: str, get: Callable[[Item], PropertyValue], kind: PropertyType = TEXT
) -> Property[ItemToSend]:
    return Property(key, label, kind, lambda one: get(one.item), f"/{key}")


ITEM_NODE = Node[ItemToSend](
    "item",
    "Item",
    properties(
        [
            _item("id", "ID", lambda one: one.code),
            _item("name", "Name", lambda one: one.name),
            _item("status", "Status", _status),
            _item("description", "Description", lambda one: one.description),
            _item("sales_description", "Sales description", lambda one: one.sales_description),
            _item("purchase_description", "Purchase description", lambda one: one.purchase_description),
            _item("is_taxable", "Taxable", lambda one: one.is_taxable, BOOLEAN),
            _item("base_price", "Base price", lambda one: one.base_price, AMOUNT),
            _item("standard_cost", "Standard cost", lambda one: one.standard_cost, AMOUNT),
        ]
    ),
)

_ADDRESS = {
    "first_name": "First name",
    "last_name": "Last name",
    "phone": "Phone",
    "email": "E-mail",
    "address_line_1": "Address line 1",
    "address_line_2": "Address line 2",
    "address_line_3": "Address line 3",
    "city": "City",
    "state": "State",
    "postal_code": "Postal code",
    "country": "Country",
}


def _of_primary(name: str, label: str) -> Property[PartnerToSend]:
    def get(one: PartnerToSend) -> PropertyValue:
        return getattr(one.primary, name) if one.primary else None

    return Property(name, label, TEXT, get, f"/addresses/{name}")


def _of_partner(key: str, label: str, kind: PropertyType = TEXT, name: str = "") -> Property[PartnerToSend]:
    return Property(key, label, kind, lambda one: getattr(one.partner, name or key), f"/{key}")


def _role(key: str, label: str, role: str) -> Property[PartnerToSend]:
    return Property(key, label, TEXT, lambda one: one.contact_with(role), "/addresses")


def _print_as(one: PartnerToSend) -> str:
    return (one.primary.print_as if one.primary else "") or one.partner.name


_PARTNER: list[Property[PartnerToSend]] = [
    _of_partner("id", "ID", name="code"),
    _of_partner("name", "Name"),
    Property("status", "Status", TEXT, lambda one: _status(one.partner)),
    Property("print_as", "Print as", TEXT, _print_as, "/addresses/print_as"),
    _of_partner("is_on_hold", "On hold", BOOLEAN),
    _of_partner("payment_term", "Payment term"),
    _of_partner("currency", "Currency"),
    _of_partner("tax_id", "Tax ID"),
    _of_partner("credit_limit", "Credit limit", AMOUNT),
    _of_partner("parent", "Parent"),
    _of_partner("comments", "Comments"),
    Property(
        "hides_display_contact",
        "Exclude from contact list",
        BOOLEAN,
        lambda one: one.connection.excludes_display_contact,
    ),
    Property("cleans_contact_list", "Cleans contact list", BOOLEAN, lambda one: one.connection.cleans_contact_list),
    # Empty on a change, it deletes the list over there, before the one that is sent (protocol 4.3).
    Property("emptied_contact_list", "Emptied contact list", TEXT, lambda one: ""),
    *(_of_primary(name, label) for name, label in _ADDRESS.items()),
]

_CATEGORIES = {
    "is_bill_to": "Bill to",
    "is_ship_to": "Ship to",
    "is_pay_to": "Pay to",
    "is_return_to": "Return to",
}
"""The predefined names of contact list categories (configuration page, "Contact list category name")."""


def _contact_list(one: PartnerToSend) -> Sequence[tuple[int, ListedContact]]:
    if not one.connection.sends_contact_list_category:
        return []
    listed = [
        ListedContact(category, contact_name(one.partner, address))
        for address in one.further
        for role, category in _CATEGORIES.items()
        if getattr(address, role, False)
    ]
    return list(enumerate(listed))


_LISTED_CONTACT_NODE = Node[ListedContact](
    "listed_contact",
    "Listed contact",
    properties(
        [
            Property("category", "Category", TEXT, lambda one: one.category),
            Property("contact_name", "Contact", TEXT, lambda one: one.contact_name),
        ]
    ),
)
_COLLECTIONS: dict[str, Collection[Any]] = {
    "contact_list": Collection("contact_list", _LISTED_CONTACT_NODE, _contact_list, "/addresses")
}

CUSTOMER_NODE = Node[PartnerToSend](
    "customer",
    "Customer",
    properties(
        [
            *_PARTNER,
            _of_partner("delivery_options", "Delivery options"),
            _role("bill_to_contact", "Bill-to contact", "is_bill_to"),
            _role("ship_to_contact", "Ship-to contact", "is_ship_to"),
        ]
    ),
    _COLLECTIONS,
)

SUPPLIER_NODE = Node[PartnerToSend](
    "supplier",
    "Supplier",
    properties(
        [
            *_PARTNER,
            _of_partner("account_number", "Account number"),
            _of_partner("form_1099_name", "1099 name"),
            _of_partner("form_1099_type", "1099 form"),
            _of_partner("form_1099_box", "1099 box"),
            _of_partner("payment_priority", "Payment priority"),
            _role("pay_to_contact", "Pay-to contact", "is_pay_to"),
            _role("return_to_contact", "Return-to contact", "is_return_to"),
        ]
    ),
    _COLLECTIONS,
)


def _of_address(name: str, label: str) -> Property[AddressToSend]:
    return Property(name, label, TEXT, lambda one: getattr(one.address, name), f"/addresses/{name}")


ADDRESS_NODE = Node[AddressToSend](
    "address",
    "Address",
    properties(
        [
            Property("contact_name", "Contact", TEXT, lambda one: contact_name(one.partner, one.address)),
            Property("owner_name", "Name", TEXT, lambda one: one.partner.name, "/name"),
            Property("print_as", "Print as", TEXT, lambda one: one.address.print_as or one.partner.name),
            Property("status", "Status", TEXT, lambda one: _status(one.partner)),
            *(_of_address(name, label) for name, label in _ADDRESS.items()),
        ]
    ),
)
