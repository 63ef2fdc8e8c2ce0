"""What the posting endpoints answer, declared for the OpenAPI document."""

import dataclasses
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from apps.configuration.models import IntegrationLevel
from apps.delivery.states import IntegrationStatus, Outcome, State
from apps.foundation.money import plain
from apps.postings.api.document_serializer import DocumentSerializer, LineSerializer, ReversalSerializer
from apps.postings.document_types import Part
from apps.postings.payment_states import PaymentState
from apps.postings.services.account_determination import Source
from apps.postings.services.preview import Preview

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description='A string in quotes, "…" (or without them). The same key and body get the first answer again.',
)


class FlawSchema(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the request")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSchema(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    next_step = serializers.CharField(required=False)
    errors = FlawSchema(many=True)  # type: ignore[assignment]


class TargetDocumentSchema(serializers.Serializer[Any]):
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
    errorno = serializers.CharField()
    description = serializers.CharField()
    description2 = serializers.CharField()
    correction = serializers.CharField()
    meaning = serializers.CharField()
    next_step = serializers.CharField()


class PostingProblemSchema(serializers.Serializer[Any]):
    kind = serializers.CharField()
    code = serializers.CharField()
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


class PostedLineSchema(LineSerializer):
    """A line, and why it has its account."""

    account_origin = AccountOriginSchema()


class PostingSchema(DocumentSerializer):
    """A document, and where it stands."""

    lines = PostedLineSchema(many=True)  # type: ignore[assignment]

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    integration_status = serializers.ChoiceField(choices=IntegrationStatus.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField(allow_null=True)
    integration_level = serializers.ChoiceField(choices=IntegrationLevel.choices)
    entity = serializers.CharField(allow_null=True)
    documents = TargetDocumentSchema(many=True)
    problem = PostingProblemSchema(allow_null=True)
    waits_for = serializers.ListField(
        child=serializers.CharField(), help_text="Why it is held: what must arrive first. It then goes on by itself."
    )
    reverses = serializers.CharField(allow_null=True, help_text="The posting that this one reverses")
    reversed_by = serializers.CharField(allow_null=True, help_text="The posting that reverses this one")
    links = LinksSchema()


class PostingsSchema(serializers.Serializer[Any]):
    results = PostingSchema(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class BulkSchema(serializers.Serializer[Any]):
    postings = DocumentSerializer(many=True)


class BulkResultSchema(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    status = serializers.IntegerField()
    posting = PostingSchema(required=False)
    problem = ProblemSchema(required=False)


class BulkResultsSchema(serializers.Serializer[Any]):
    results = BulkResultSchema(many=True)


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
    documents = PreviewDocumentSchema(many=True)
    xml = serializers.CharField()
    lines = PreviewLineSchema(many=True)
    debit = serializers.CharField()
    credit = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField())


class AttemptSchema(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    control_id = serializers.CharField()
    note = serializers.CharField()
    errors = GatewayErrorSchema(many=True)  # type: ignore[assignment]
    request_xml = serializers.CharField(required=False)
    response_xml = serializers.CharField(required=False)


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


PROBLEM = ProblemSchema
POSTING = PostingSchema
POSTINGS = PostingsSchema
BULK = BulkSchema
BULK_RESULTS = BulkResultsSchema
PREVIEW = PreviewSchema
ATTEMPTS = AttemptsSchema
REVERSAL = ReversalSerializer
