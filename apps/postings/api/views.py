"""REST doors of postings: parse, call one service, present."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Action
from apps.access.viewer import Viewer
from apps.foundation.api import PortalCursorPagination
from apps.foundation.documented_conditions import IF_CHANGED, NOTHING_CHANGED, etag
from apps.foundation.problems import portal_problem
from apps.postings.api import examples, schemas
from apps.postings.api.document_serializer import DocumentSerializer, ReversalSerializer
from apps.postings.api.filters import PostingFilter
from apps.postings.api.idempotent import idempotent
from apps.postings.api.posting_presenter import attempt_json, posting_json
from apps.postings.api.reading import read_document, read_many
from apps.postings.models import Posting
from apps.postings.selectors import answered_postings, attempts_of
from apps.postings.services.accepted import Submission
from apps.postings.services.preview import preview
from apps.postings.services.resubmit import cancel, retry
from apps.postings.services.reverse import reverse
from apps.postings.services.submit import submit, submit_many


class PostingPagination(PortalCursorPagination):
    """Newest first; `?ordering=` by time of submission, which an ID begins with, by posting date or number."""

    ordering = ("-id",)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "created_at": ("id",),
        "-created_at": ("-id",),
        "posting_date": ("posting_date", "id"),
        "-posting_date": ("-posting_date", "-id"),
        "number": ("number", "id"),
        "-number": ("-number", "-id"),
    }

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        asked = request.query_params.get("ordering")
        if not asked:
            return self.ordering
        if asked not in self.orderings:
            refused = exceptions.ErrorDetail(f"Known are: {', '.join(self.orderings)}.", code="invalid_choice")
            raise exceptions.ValidationError({"ordering": [refused]})
        return self.orderings[asked]


class PostingView(GenericAPIView[Posting]):
    """What the posting endpoints share: the viewer, his postings, their presentation."""

    serializer_class = DocumentSerializer
    actions_by_method: ClassVar[dict[str, Action]] = {}

    @property
    def viewer(self) -> Viewer:
        viewer = self.request.user
        assert isinstance(viewer, Viewer)  # noqa: S101  what every authentication class gives
        return viewer

    def get_queryset(self) -> QuerySet[Posting, Posting]:
        if getattr(self, "swagger_fake_view", False):
            return Posting.objects.none()
        return answered_postings(self.viewer)

    def posting(self, pk: str) -> Posting:
        """One of the viewer's postings; another company's is not there."""
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def shown(self, pk: str) -> dict[str, Any]:
        return posting_json(self.posting(pk))


@method_decorator(conditional_page, name="dispatch")
class PostingListView(PostingView):
    actions_by_method = {"GET": Action.SEE_POSTINGS, "POST": Action.SUBMIT}
    pagination_class = PostingPagination
    filterset_class = PostingFilter

    @extend_schema(
        operation_id="postings_list",
        summary="List postings",
        parameters=[
            OpenApiParameter(
                "ordering",
                str,
                enum=list(PostingPagination.orderings),
                default="-created_at",
                description="By time of submission, posting date or number; with `-` downwards.",
            ),
            IF_CHANGED,
            etag(200),
        ],
        responses={200: schemas.PostingSchema(many=True), 304: NOTHING_CHANGED},
    )
    def get(self, request: Request) -> Response:
        found = Posting.objects.visible_to(self.viewer).only("number", "posting_date")
        keys = [posting.pk for posting in self.paginate_queryset(self.filter_queryset(found)) or ()]
        # Whole rows of the page only: to sort all that are found, the database would carry every column along.
        page = self.get_queryset().in_bulk(keys)
        return self.get_paginated_response([posting_json(page[key]) for key in keys])

    @extend_schema(
        operation_id="postings_submit",
        summary="Submit a document",
        description="201: accepted, and posted in the background. 200: the same document was accepted before.",
        parameters=[schemas.IDEMPOTENCY_KEY, schemas.REPLAYED],
        responses={
            201: schemas.PostingSchema,
            200: schemas.PostingSchema,
            409: examples.DOCUMENT_DIFFERS,
        },
        examples=examples.SUBMIT,
    )
    def post(self, request: Request) -> Response:
        return idempotent(request, self.viewer, lambda: self._submit(request))

    def _submit(self, request: Request) -> tuple[int, Any]:
        submission = submit(document=read_document(request.data), viewer=self.viewer)
        code = status.HTTP_201_CREATED if submission.is_new else status.HTTP_200_OK
        return code, self.shown(submission.posting_id)


class PostingBulkView(PostingView):
    actions_by_method = {"POST": Action.SUBMIT}

    @extend_schema(
        operation_id="postings_submit_bulk",
        summary="Submit 1 to 1,000 documents, each standing alone",
        description="200 whatever comes of each: look at the `status` of every result.",
        request=schemas.PostingsBulkSerializer,
        parameters=[schemas.IDEMPOTENCY_KEY, schemas.REPLAYED],
        responses={200: schemas.PostingResultsSchema, 409: examples.KEY_IN_USE},
        examples=examples.BULK,
    )
    def post(self, request: Request) -> Response:
        return idempotent(request, self.viewer, lambda: self._submit_many(request))

    def _submit_many(self, request: Request) -> tuple[int, Any]:
        outcomes = list(submit_many(documents=read_many(request.data), viewer=self.viewer))
        accepted = {one.posting_id for one in outcomes if isinstance(one, Submission)}
        postings = {one.pk: posting_json(one) for one in self.get_queryset().filter(pk__in=accepted)}
        results = []
        for index, outcome in enumerate(outcomes):
            if isinstance(outcome, Submission):
                code = status.HTTP_201_CREATED if outcome.is_new else status.HTTP_200_OK
                results.append({"index": index, "status": code, "posting": postings[outcome.posting_id]})
            else:
                results.append({"index": index, "status": outcome.http_status, "problem": portal_problem(outcome)})
        return status.HTTP_200_OK, {"results": results}


class PostingPreviewView(PostingView):
    actions_by_method = {"POST": Action.SUBMIT}

    @extend_schema(
        operation_id="postings_preview",
        summary="See what a document would become; nothing is stored or sent",
        responses={200: schemas.PreviewSchema},
        examples=examples.PREVIEW,
    )
    def post(self, request: Request) -> Response:
        document = read_document(request.data)
        return Response(schemas.preview_json(preview(document=document, viewer=self.viewer), document.currency))


@method_decorator(conditional_page, name="dispatch")
class PostingDetailView(PostingView):
    actions_by_method = {"GET": Action.SEE_POSTINGS}

    @extend_schema(
        operation_id="postings_read",
        summary="Read a posting",
        parameters=[IF_CHANGED, etag(200)],
        responses={200: schemas.PostingSchema, 304: NOTHING_CHANGED},
        examples=examples.READ,
    )
    def get(self, request: Request, pk: str) -> Response:
        return Response(self.shown(pk))


class PostingAttemptsView(PostingView):
    actions_by_method = {"GET": Action.SEE_POSTINGS}

    @extend_schema(
        operation_id="postings_attempts",
        summary="Every attempt to post it, newest first",
        responses=schemas.AttemptsSchema,
        examples=examples.ATTEMPTS,
    )
    def get(self, request: Request, pk: str) -> Response:
        may_see = self.viewer.may(Action.SEE_MESSAGES)
        attempts = attempts_of(self.posting(pk))
        return Response({"results": [attempt_json(attempt, with_messages=may_see) for attempt in attempts]})


class PostingRetryView(PostingView):
    actions_by_method = {"POST": Action.RETRY}

    @extend_schema(
        operation_id="postings_retry",
        summary="Send a posting in error again",
        description="Where it may be in Intacct, it is looked up first. One in `verifying` is looked up at once.",
        request=None,
        responses={
            200: schemas.PostingSchema,
            409: examples.NOT_RETRYABLE,
        },
    )
    def post(self, request: Request, pk: str) -> Response:
        retry(posting=self.posting(pk), viewer=self.viewer)
        return Response(self.shown(pk))


class PostingCancelView(PostingView):
    actions_by_method = {"POST": Action.CANCEL}

    @extend_schema(
        operation_id="postings_cancel",
        summary="Cancel a posting that was not sent",
        description="Its number stays taken.",
        request=None,
        responses={
            200: schemas.PostingSchema,
            409: examples.NOT_CANCELLABLE,
        },
    )
    def post(self, request: Request, pk: str) -> Response:
        cancel(posting=self.posting(pk), viewer=self.viewer)
        return Response(self.shown(pk))


class PostingReverseView(PostingView):
    actions_by_method = {"POST": Action.REVERSE}

    @extend_schema(
        operation_id="postings_reverse",
        summary="Reverse a journal entry that is in Intacct, once",
        description="201 with a new posting: the same lines, debit for credit. 200: it was reversed before.",
        request=ReversalSerializer,
        parameters=[schemas.IDEMPOTENCY_KEY, schemas.REPLAYED],
        responses={
            201: schemas.PostingSchema,
            200: schemas.PostingSchema,
            409: examples.NOT_REVERSIBLE,
        },
    )
    def post(self, request: Request, pk: str) -> Response:
        return idempotent(request, self.viewer, lambda: self._reverse(request, pk))

    def _reverse(self, request: Request, pk: str) -> tuple[int, Any]:
        given = ReversalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = reverse(posting=self.posting(pk), posting_date=given.validated_data["posting_date"], viewer=self.viewer)
        code = status.HTTP_201_CREATED if made.is_new else status.HTTP_200_OK
        return code, self.shown(made.posting_id)
