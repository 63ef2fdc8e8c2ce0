"""What the posting endpoints answer, declared for the OpenAPI document."""

import dataclasses
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from apps.configuration.models import IntegrationLevel
from apps.delivery.problems import ProblemKind
from apps.delivery.states import IntegrationStatus, Outcome, State
from apps.foundation.api import StrictSerializer
from apps.foundation.documented_refusals import ProblemSchema
from apps.foundation.money import plain
from apps.postings.api.document_serializer import (
    DocumentSerializer,
    LineSerializer,
    OriginSerializer,
    TaxSerializer,
)
from apps.postings.api.reading import MOST_AT_ONCE
from apps.postings.document_types import Part
from apps.postings.payment_states import PaymentState
from apps.postings.services.account_determination import Source
from apps.postings.services.preview import Preview

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="A string, in quotes or without, chosen by the client, one for each request: the same key and body get "
    "the first answer again.",
)
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed",
    {"type": "string", "const": "true"},
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="There, if this is the first answer to the same `Idempotency-Key`, given again.",
)


class TargetDocumentSchema(serializers.Serializer[Any]):
    """One Intacct document that a posting becomes."""

    part = serializers.ChoiceField(choices=Part.choices)
    object = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    record_no = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    prepaid_amount = serializers.CharField(allow_null=True)
    total_due = serializers.CharField(allow_null=True)
    payment_state = serializers.ChoiceField(choices=PaymentState.choices, allow_null=True)
    payment_read_at = serializers.DateTimeField(allow_null=True)


class GatewayErrorSchema(serializers.Serializer[Any]):
    """An error in Intacct's own words, and what the portal makes of it."""

    errorno = serializers.CharField()
    description = serializers.CharField()
    description2 = serializers.CharField()
    correction = serializers.CharField()
    meaning = serializers.CharField()
    next_step = serializers.CharField()


class PostingProblemSchema(serializers.Serializer[Any]):
    """Why a posting is in `error`, and what to do."""

    kind = serializers.ChoiceField(choices=[one.value for one in ProblemKind])
    code = serializers.CharField(help_text="Intacct's error number, or a code of the portal's.")
    detail = serializers.CharField()
    next_step = serializers.CharField()
    errors = GatewayErrorSchema(many=True)  # type: ignore[assignment]


class LinksSchema(serializers.Serializer[Any]):
    self = serializers.URLField()
    attempts = serializers.URLField()
    admin = serializers.URLField()


class AccountOriginSchema(serializers.Serializer[Any]):
    """Where a line's account comes from."""

    source = serializers.ChoiceField(choices=[one.value for one in Source])  # type: ignore[assignment]
    words = serializers.CharField()


class PostedTaxSchema(TaxSerializer):
    """Tax as it was given."""

    null_in_answers = ("amount",)


class PostedOriginSchema(OriginSerializer):
    """The document that it came from."""


class PostedLineSchema(LineSerializer):
    """A line, and why it has its account."""

    null_in_answers = ("account_type", "quantity", "unit", "item", "description", "tax")

    tax = PostedTaxSchema(allow_null=True)
    account_origin = AccountOriginSchema()


class PostingSchema(DocumentSerializer):
    """A document, and where it stands."""

    lines = PostedLineSchema(many=True)  # type: ignore[assignment]
    origin = PostedOriginSchema(allow_null=True)

    id = serializers.CharField(help_text="A ULID: in the order of submission.")
    state = serializers.ChoiceField(choices=State.choices)
    integration_status = serializers.ChoiceField(choices=IntegrationStatus.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(help_text="Moves with its state and its payment; see `updated_after`.")
    posted_at = serializers.DateTimeField(allow_null=True)
    integration_level = serializers.ChoiceField(choices=IntegrationLevel.choices)
    entity = serializers.CharField(allow_null=True, help_text="The Intacct entity that has it; null: the top level.")
    documents = TargetDocumentSchema(many=True, help_text="What it becomes in Sage Intacct, each with its own state.")
    problem = PostingProblemSchema(allow_null=True, help_text="Of a posting in `error`: what a person has to do.")
    waits_for = serializers.ListField(
        child=serializers.CharField(), help_text="Why it is held: what must arrive first. It then goes on by itself."
    )
    reverses = serializers.CharField(allow_null=True, help_text="The posting that this one reverses.")
    reversed_by = serializers.CharField(allow_null=True, help_text="The posting that reverses this one.")
    links = LinksSchema()


class PostingsBulkSerializer(StrictSerializer):
    """Documents, each standing alone."""

    postings = serializers.ListField(child=DocumentSerializer(), min_length=1, max_length=MOST_AT_ONCE)


class PostingResultSchema(serializers.Serializer[Any]):
    """What came of one document of a bulk request: a posting or a problem."""

    left_out = ("posting", "problem")

    index = serializers.IntegerField(help_text="Its place in the request.")
    status = serializers.IntegerField(help_text="What submitting it alone would have answered: 201, 200, 409, 422.")
    posting = PostingSchema()
    problem = ProblemSchema()


class PostingResultsSchema(serializers.Serializer[Any]):
    results = PostingResultSchema(many=True)


class AnalysedBySchema(serializers.Serializer[Any]):
    type = serializers.CharField()
    value = serializers.CharField()
    origin = serializers.CharField(help_text="`line`, or the record whose default it is: `item ITEM-1`.")


class PreviewLineSchema(serializers.Serializer[Any]):
    account = serializers.CharField()
    side = serializers.CharField()
    amount = serializers.CharField()
    entity = serializers.CharField()
    description = serializers.CharField()
    contra_account = serializers.CharField(help_text="Of AP and AR documents of French and German companies.")
    attributes = serializers.DictField(child=serializers.CharField(), help_text="As sent: filled ones too.")
    dimensions = serializers.DictField(child=serializers.CharField(), help_text="As sent.")
    analysed_by = AnalysedBySchema(many=True)
    account_type = serializers.CharField(allow_null=True)
    account_origin = AccountOriginSchema(allow_null=True, help_text="null on a line that Sage Intacct adds.")


class PreviewDocumentSchema(serializers.Serializer[Any]):
    part = serializers.ChoiceField(choices=Part.choices)
    object = serializers.CharField()
    xml = serializers.CharField()
    lines = PreviewLineSchema(many=True)


class PreviewSchema(serializers.Serializer[Any]):
    """What a document would become; `xml` and `lines` are those of its main document."""

    documents = PreviewDocumentSchema(many=True)
    xml = serializers.CharField()
    lines = PreviewLineSchema(many=True)
    debit = serializers.CharField()
    credit = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField())


class AttemptSchema(serializers.Serializer[Any]):
    """One attempt to bring a document to Sage Intacct. The messages are for integration admins and auditors."""

    left_out = ("request_xml", "response_xml")

    id = serializers.CharField()
    object = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    control_id = serializers.CharField()
    note = serializers.CharField()
    errors = GatewayErrorSchema(many=True)  # type: ignore[assignment]
    request_xml = serializers.CharField(help_text="What was sent, secrets blacked out.")
    response_xml = serializers.CharField(help_text="What was answered; empty while nothing was.")


class AttemptsSchema(serializers.Serializer[Any]):
    results = AttemptSchema(many=True)


def preview_json(shown: Preview, currency: str) -> dict[str, Any]:
    """A preview as REST gives it; `xml` and `lines` at the top are those of the main document."""
    documents = [
        {
            "part": document.part.value,
            "object": document.object_name,
            "xml": document.xml,
            "lines": [
                {
                    "account": line.account,
                    "side": line.side,
                    "amount": plain(line.amount, currency),
                    "entity": line.entity,
                    "description": line.description,
                    "contra_account": line.contra_account,
                    "attributes": dict(line.attributes),
                    "dimensions": dict(line.dimensions),
                    "analysed_by": [dataclasses.asdict(one) for one in line.analysed_by],
                    "account_type": (line.because.account_type or None) if line.because else None,
                    "account_origin": {"source": line.because.source.value, "words": line.because.words}
                    if line.because
                    else None,
                }
                for line in document.lines
            ],
        }
        for document in shown.documents
    ]
    return {
        "documents": documents,
        "xml": documents[0]["xml"],
        "lines": documents[0]["lines"],
        "debit": plain(shown.debit, currency),
        "credit": plain(shown.credit, currency),
        "warnings": list(shown.warnings),
    }
