"""The properties that what comes in may fill: the fields of the portal's own records."""

from typing import Any

from django.db import models

from apps.dimensions.models import Attribute, Dimension
from apps.masterdata.models import Account, Entity, InboundRecord, Journal, PaymentTerm, TaxDetail

MODELS: dict[str, type[InboundRecord]] = {
    "account": Account,
    "journal": Journal,
    "entity": Entity,
    "payment_term": PaymentTerm,
    "tax_detail": TaxDetail,
    "dimension": Dimension,
    "attribute": Attribute,
}
OWN = frozenset({"id", "synchronised_at", "chart_of_accounts", "tax_management", "type", "key", "required_dimensions"})
"""What the portal itself says of them."""


def inbound_properties(node: str) -> dict[str, Any]:
    """The fields of a node's records that may be mapped, by name."""
    return {field.name: field for field in MODELS[node]._meta.concrete_fields if field.name not in OWN}


def reading_of(node: str, name: str) -> dict[str, str]:
    """How a text of Intacct becomes a value of that property: a row of an inbound map, without field and property."""
    match inbound_properties(node)[name]:
        case models.BooleanField():
            return {"active": "true"}
        case models.DecimalField():
            return {"type": "amount"}
        case models.DateField():
            return {"type": "date"}
        case models.IntegerField():
            return {"type": "number"}
    return {}


def camel(name: str) -> str:
    """A property as Sage DMO spells it: `is_required_project` is `isRequiredProject`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
