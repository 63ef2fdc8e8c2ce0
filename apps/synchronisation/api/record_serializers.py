"""Items, customers and suppliers over REST: JSON → `RecordInput`, and a record with where it stands → JSON."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation.api import StrictSerializer
from apps.foundation.problems import flaws_of
from apps.foundation.rest_fields import AmountField, PlainTextField, TruthField
from apps.masterdata.models import DeliveryOptions, PaymentPriority
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.save_records import RecordInput, not_acceptable


def text(longest: int, **more: Any) -> PlainTextField:
    return PlainTextField(max_length=longest, required=False, **more)


def switch() -> TruthField:
    return TruthField(required=False)


class AddressSerializer(StrictSerializer):
    null_in_answers = ()
    id = PlainTextField(max_length=30, allow_null=False, allow_blank=False)
    print_as = text(200)
    is_primary = switch()
    first_name = text(40)
    last_name = text(40)
    phone = text(30)
    email = text(200)
    address_line_1 = text(80)
    address_line_2 = text(80)
    address_line_3 = text(80)
    city = text(80)
    state = text(40)
    postal_code = text(30)
    country = text(2, help_text="ISO 3166, two letters.")


class CustomerAddressSerializer(AddressSerializer):
    is_bill_to = switch()
    is_ship_to = switch()


class SupplierAddressSerializer(AddressSerializer):
    is_pay_to = switch()
    is_return_to = switch()


class RecordSerializer(StrictSerializer):
    """What all three have; the integration fields are answers only."""

    null_in_answers = ("base_price", "standard_cost", "credit_limit", "record_no", "last_integrated_at")
    node = ""
    id = text(30, help_text="Your own ID; in the address it is enough.")
    name = PlainTextField(max_length=100, allow_null=False, allow_blank=False)
    is_active = switch()
    integration_status = serializers.ChoiceField(choices=IntegrationStatus.choices, read_only=True)
    record_no = serializers.CharField(read_only=True, allow_null=True, help_text="Its record number in Sage Intacct.")
    last_integrated_at = serializers.DateTimeField(read_only=True, allow_null=True)
    last_message = serializers.CharField(read_only=True, help_text="What Sage Intacct said last; empty: nothing.")
    updated_at = serializers.DateTimeField(read_only=True)


class ItemSerializer(RecordSerializer):
    """An item: in Sage Intacct a non-stock item."""

    node = "item"
    description = text(400)
    sales_description = text(400)
    purchase_description = text(400)
    is_taxable = switch()
    base_price = AmountField(required=False, allow_null=True)
    standard_cost = AmountField(required=False, allow_null=True)


class _PartnerSerializer(RecordSerializer):
    payment_term = text(60, help_text="Its ID; one that is not in Sage Intacct yet is waited for.")
    currency = text(3, help_text="ISO 4217.")
    tax_id = text(20)
    credit_limit = AmountField(required=False, allow_null=True)
    is_on_hold = switch()
    parent = text(20, help_text="The ID of the one that it belongs to.")  # type: ignore[assignment]
    comments = text(200)


class CustomerSerializer(_PartnerSerializer):
    """A customer, with its addresses."""

    node = "customer"
    delivery_options = serializers.ChoiceField(choices=DeliveryOptions.choices, required=False, allow_blank=True)
    addresses = CustomerAddressSerializer(many=True, required=False)


class SupplierSerializer(_PartnerSerializer):
    """A supplier, with its addresses: in Sage Intacct a vendor."""

    node = "supplier"
    account_number = text(70)
    payment_priority = serializers.ChoiceField(choices=PaymentPriority.choices, required=False, allow_blank=True)
    form_1099_name = text(100)
    form_1099_type = text(20)
    form_1099_box = text(10)
    addresses = SupplierAddressSerializer(many=True, required=False)


SERIALIZERS: dict[str, type[RecordSerializer]] = {
    one.node: one for one in (ItemSerializer, CustomerSerializer, SupplierSerializer)
}


def read_record(node: str, data: Any, *, code: str = "", is_partial: bool = False) -> RecordInput:
    """Raises `RecordNotAcceptable` with a flaw for each field that can't be read."""
    serializer = SERIALIZERS[node](data=data, partial=is_partial)
    try:
        serializer.is_valid(raise_exception=True)
        values = {name: value for name, value in serializer.validated_data.items() if name != "addresses"}
        given = values.pop("id", None) or ""
        if code and given and given != code:
            raise ValidationError({"id": [f"The address names {code}; leave the ID out, or give the same."]})
        if not code and not given:
            raise ValidationError({"id": ["This field is required."]})
    except ValidationError as error:
        raise not_acceptable(OUTBOUND_NODES[node], flaws_of(error)) from None
    has_addresses = OUTBOUND_NODES[node].address_model is not None
    addresses = serializer.validated_data.get("addresses", [] if has_addresses and not is_partial else None)
    return RecordInput(
        code=code or given,
        values={name: _plain(name, value) for name, value in values.items()},
        addresses=None if addresses is None else [_address(row) for row in addresses],
        is_partial=is_partial,
    )


_MAY_BE_EMPTY = ("base_price", "standard_cost", "credit_limit")


def _plain(name: str, value: Any) -> Any:
    """null and "" both mean "none": texts are never null here."""
    return "" if value is None and name not in _MAY_BE_EMPTY else value


def _address(row: Mapping[str, Any]) -> dict[str, Any]:
    return {("code" if name == "id" else name): _plain(name, value) for name, value in row.items()}


def record_json(node: str, record: Any, state: IntegrationState | None) -> dict[str, Any]:
    """A record as REST gives it, with where it stands."""
    kind = OUTBOUND_NODES[node]
    shown: dict[str, Any] = {"id": record.code, **{name: _shown(getattr(record, name)) for name in kind.fields}}
    if kind.address_model is not None:
        names = [name for name in kind.address_fields if name != "code"]
        shown["addresses"] = [
            {"id": one.code, **{name: getattr(one, name) for name in names}} for one in record.addresses.all()
        ]
    return {
        **shown,
        "updated_at": record.updated_at,
        "integration_status": state.status if state else IntegrationStatus.NOT_INTEGRATED.value,
        "record_no": (state.record_no or None) if state else None,
        "last_integrated_at": state.last_integrated_at if state else None,
        "last_message": state.last_message if state else "",
    }


def _shown(value: Any) -> Any:
    return f"{value:f}" if hasattr(value, "as_tuple") else value
