"""A submitted document: JSON → `DocumentInput`. Presents nothing, saves nothing."""

from typing import Any

from rest_framework import serializers

from apps.foundation.api import StrictSerializer
from apps.foundation.rest_fields import AmountField, ExactDateField, ExactNumberField, PlainTextField
from apps.postings.document import DocumentInput, LineInput, TaxInput
from apps.postings.document_types import AmountType, DocumentType, MovementType, PaymentMethod, Side

MOST_LINES = 10_000


def code_field(longest: int = 60, **kwargs: Any) -> PlainTextField:
    """An ID: one line of text."""
    return PlainTextField(max_length=longest, **kwargs)


class CodesField(serializers.DictField):
    """`{"department": "SALES", "channel": null}`: null and "" mean "not given"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=code_field(), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        return {key: value for key, value in super().to_internal_value(data).items() if value}


class TaxSerializer(StrictSerializer):
    """The tax of a line."""

    detail = code_field(100, allow_null=False, allow_blank=False, help_text="The tax detail's ID in Sage Intacct.")
    amount = AmountField(required=False, allow_null=True, help_text="Left out: computed from the detail's rate.")


class OriginSerializer(StrictSerializer):
    """The document that this one came from."""

    document_type = serializers.ChoiceField(choices=DocumentType.choices)
    number = code_field(allow_null=False, allow_blank=False)


class LineSerializer(StrictSerializer):
    """A line of an accounting document."""

    movement_type = serializers.ChoiceField(choices=MovementType.choices, default=MovementType.DOCUMENT.value)
    amount_type = serializers.ChoiceField(choices=AmountType.choices, default=AmountType.AMOUNT.value)
    account = code_field(24, required=False, help_text="Left out: determined, where the company's set-up has it.")
    account_type = code_field(required=False, help_text="Which of several possible accounts: `stock`, `expense` …")
    amount = AmountField(help_text="Not negative: the side says in which direction. At most the currency's decimals.")
    side = serializers.ChoiceField(
        choices=Side.choices,
        required=False,
        allow_null=True,
        help_text="Required in a journal entry; left out on an invoice: its natural side.",
    )
    quantity = ExactNumberField(required=False, allow_null=True)
    unit = code_field(12, required=False, help_text="The unit of the quantity.")
    item = code_field(required=False, help_text="The item's ID.")
    site = code_field(24, required=False, help_text="Any site of the company; left out: the financial site.")
    description = PlainTextField(required=False, multiline=True)
    tax = TaxSerializer(required=False, allow_null=True)
    attributes = CodesField(required=False, help_text="By attribute type, `project` for instance: an ID, or null.")
    dimensions = CodesField(required=False, help_text="By dimension type, `department` for instance: an ID, or null.")


class LinesField(serializers.ListField):
    """1 to 10,000 lines; the number is looked at before any line is."""

    default_error_messages = {
        "no_lines": "A document has at least one line.",
        "too_many_lines": "A document has at most {most} lines; this one has {given}.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list):
            if not data:
                self.fail("no_lines")
            if len(data) > MOST_LINES:
                self.fail("too_many_lines", most=MOST_LINES, given=len(data))
        return super().to_internal_value(data)


class DocumentSerializer(StrictSerializer):
    """An accounting document as a client submits it.

    Contract 5.1. What it validates is turned into a `DocumentInput` by `document_of()`.
    """

    company = code_field(24, allow_null=False, allow_blank=False, help_text="The company's ID: of an Intacct entity.")
    financial_site = code_field(24, allow_null=False, allow_blank=False, help_text="The site that keeps the books.")
    document_type = serializers.ChoiceField(choices=DocumentType.choices)
    number = code_field(
        60,
        allow_null=False,
        allow_blank=False,
        help_text="The document's own number: with company and type its identity for ever.",
    )
    supplier_document_number = code_field(required=False)
    posting_date = ExactDateField()
    document_date = ExactDateField(required=False, allow_null=True, help_text="Left out: the posting date.")
    due_date = ExactDateField(required=False, allow_null=True)
    currency = code_field(3, allow_null=False, allow_blank=False, help_text="ISO 4217.")
    exchange_rate = ExactNumberField(
        required=False, allow_null=True, help_text="To the company's currency; left out: Intacct's daily rate."
    )
    customer = code_field(required=False)
    supplier = code_field(required=False)
    payment_term = code_field(required=False)
    reference = code_field(200, required=False)
    description = PlainTextField(required=False, multiline=True)
    origin = OriginSerializer(required=False, allow_null=True)
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, required=False, allow_null=True)
    bank_account = code_field(required=False)
    undeposited_account = code_field(24, required=False)
    lines = LinesField(child=LineSerializer(), min_length=1, max_length=MOST_LINES, help_text="1 to 10,000.")


class ReversalSerializer(StrictSerializer):
    """What a reversal says of itself: everything else is its original's."""

    posting_date = ExactDateField(help_text="When the reversal is posted; not before its original.")


def document_of(data: dict[str, Any]) -> DocumentInput:
    """The validated document as plain values."""
    origin = data.get("origin") or {}
    return DocumentInput(
        company=data["company"],
        financial_site=data["financial_site"],
        document_type=data["document_type"],
        number=data["number"],
        posting_date=data["posting_date"],
        currency=data["currency"],
        document_date=data.get("document_date"),
        due_date=data.get("due_date"),
        exchange_rate=data.get("exchange_rate"),
        **{name: data.get(name) or "" for name in _OPTIONAL_TEXTS},
        origin_document_type=origin.get("document_type", ""),
        origin_number=origin.get("number", ""),
        lines=tuple(_line(line) for line in data["lines"]),
    )


_OPTIONAL_TEXTS = (
    "customer",
    "supplier",
    "supplier_document_number",
    "payment_term",
    "payment_method",
    "bank_account",
    "undeposited_account",
    "reference",
    "description",
)
_OPTIONAL_LINE_TEXTS = ("account", "account_type", "side", "unit", "item", "site", "description")


def _line(data: dict[str, Any]) -> LineInput:
    tax = data.get("tax")
    return LineInput(
        amount=data["amount"],
        movement_type=data["movement_type"],
        amount_type=data["amount_type"],
        quantity=data.get("quantity"),
        tax=TaxInput(detail=tax["detail"], amount=tax.get("amount")) if tax else None,
        attributes=data.get("attributes", {}),
        dimensions=data.get("dimensions", {}),
        **{name: data.get(name) or "" for name in _OPTIONAL_LINE_TEXTS},
    )
