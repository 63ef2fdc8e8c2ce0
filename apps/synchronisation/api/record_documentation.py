"""Items, customers and suppliers in the OpenAPI document: requests and answers of many, and examples."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, inline_serializer
from rest_framework import serializers

from apps.foundation.documented_refusals import ProblemSchema
from apps.foundation.rest_fields import PlainTextField
from apps.synchronisation.api.record_serializers import SERIALIZERS

MOST_AT_ONCE = 1000

_STANDING: dict[str, Any] = {
    "integration_status": "success",
    "record_no": "312",
    "last_integrated_at": "2026-11-20T08:15:04Z",
    "last_message": "",
    "updated_at": "2026-11-20T08:15:01Z",
}
_PARTNER: dict[str, Any] = {
    "payment_term": "NET30",
    "currency": "USD",
    "tax_id": "",
    "credit_limit": "5000.00",
    "is_on_hold": False,
    "parent": "",
    "comments": "",
}
_ADDRESS: dict[str, Any] = {
    "id": "MAIN",
    "print_as": "",
    "is_primary": True,
    "first_name": "",
    "last_name": "",
    "phone": "",
    "email": "office@hudson.example",
    "address_line_1": "",
    "address_line_2": "",
    "address_line_3": "",
    "city": "Albany",
    "state": "NY",
    "postal_code": "12207",
    "country": "US",
}
_GIVEN_ADDRESS = {
    "id": "MAIN", "is_primary": True, "city": "Albany", "state": "NY", "postal_code": "12207", "country": "US",
    "email": "office@hudson.example",
}  # fmt: skip
_REQUESTS: dict[str, dict[str, Any]] = {
    "item": {"name": "Circulation pump", "base_price": "249.00", "is_taxable": True},
    "customer": {
        "name": "Hudson Utilities",
        "payment_term": "NET30",
        "currency": "USD",
        "credit_limit": "5000.00",
        "addresses": [_GIVEN_ADDRESS],
    },
    "supplier": {"name": "Mohawk Castings", "payment_term": "NET30", "currency": "USD", "account_number": "ALB-100"},
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "item": {
        "id": "PUMP-9",
        "name": "Circulation pump",
        "is_active": True,
        "description": "",
        "sales_description": "",
        "purchase_description": "",
        "is_taxable": True,
        "base_price": "249.00",
        "standard_cost": None,
        **_STANDING,
    },
    "customer": {
        "id": "CUST-77",
        "name": "Hudson Utilities",
        "is_active": True,
        **_PARTNER,
        "delivery_options": "",
        "addresses": [{**_ADDRESS, "is_bill_to": True, "is_ship_to": True}],
        **_STANDING,
    },
    "supplier": {
        "id": "SUPP-12",
        "name": "Mohawk Castings",
        "is_active": True,
        **_PARTNER,
        "credit_limit": None,
        "account_number": "ALB-100",
        "payment_priority": "",
        "form_1099_name": "",
        "form_1099_type": "",
        "form_1099_box": "",
        "addresses": [],
        **_STANDING,
    },
}


def examples_of(node: str) -> list[OpenApiExample]:
    """A record as it is given, and as it is answered."""
    return [
        OpenApiExample(f"{node} given", value=_REQUESTS[node], request_only=True),
        OpenApiExample(f"{node} answered", value=_ANSWERS[node], response_only=True, status_codes=["200", "201"]),
    ]


def bulk_request(node: str, plural: str) -> Any:
    """`{"items": […]}`: each with its ID, which no address names here."""
    id_field = PlainTextField(max_length=30, allow_null=False, allow_blank=False)
    named = type(f"{node.title()}InBulkSerializer", (SERIALIZERS[node],), {"id": id_field})
    return inline_serializer(
        f"{plural.title()}Bulk", {plural: serializers.ListField(child=named(), min_length=1, max_length=MOST_AT_ONCE)}
    )


def bulk_results(node: str) -> Any:
    """One result for each record given, in their order."""
    result = type(
        f"{node.title()}ResultSchema",
        (serializers.Serializer,),
        {
            "left_out": (node, "problem"),
            "index": serializers.IntegerField(help_text="Its place in the request."),
            "status": serializers.IntegerField(help_text="201 for a new one, 200 otherwise; 422 with a problem."),
            node: SERIALIZERS[node](required=False),
            "problem": ProblemSchema(required=False),
        },
    )
    return inline_serializer(f"{node.title()}Results", {"results": result(many=True)})
