"""What several pages read of postings: scoped, with their states and documents, in a constant number of queries."""

import datetime
from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Prefetch

from apps.access.viewer import Viewer
from apps.configuration.models import secret_fields
from apps.delivery.models import Attempt, Delivery
from apps.delivery.states import State
from apps.postings.document_types import Part
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.postings.models.posting import PostingQuerySet


def visible_postings(viewer: Viewer) -> PostingQuerySet:
    """The viewer's postings with state, company, documents and what these wait for: three queries a page."""
    return (
        Posting.objects.visible_to(viewer)
        .with_state()
        .select_related("company__legislation", "financial_site", "reversed_by")
        .prefetch_related(
            Prefetch(
                "documents",
                TargetDocument.objects.with_shown_state()
                .select_related("delivery__connection", "payment")
                .defer(*secret_fields("delivery__connection__"))
                .prefetch_related("delivery__waits")
                .order_by("part"),
            )
        )
    )


def answered_postings(viewer: Viewer) -> PostingQuerySet:
    """The same as REST answers it, with lines: four queries a page.

    The state follows from the documents; of other records only what an answer names is read, not the whole rows.
    """
    return (
        Posting.objects.visible_to(viewer)
        .annotate(
            company_code=F("company__code"), site_code=F("financial_site__code"), reversal_id=F("reversed_by__id")
        )
        .prefetch_related(
            Prefetch(
                "documents",
                TargetDocument.objects.with_shown_state()
                .select_related("delivery", "payment")
                .prefetch_related("delivery__waits")
                .order_by("part"),
            ),
            Prefetch("lines", PostingLine.objects.annotate(site_code=F("site__code")).order_by("index")),
        )
    )


def oldest_in(states: Collection[State], viewer: Viewer, *, most: int) -> list[Posting]:
    """The viewer's oldest postings with a document in these states, found by the index of the states."""
    deliveries = Delivery.objects.filter(state__in=states, target_document__isnull=False).order_by("pk")
    if viewer.company_ids is not None:
        mine = Posting.objects.visible_to(viewer).filter(pk=OuterRef("target_document__posting"))
        deliveries = deliveries.filter(Exists(mine))
    keys = deliveries.values_list("target_document__posting", flat=True)[: len(Part) * most]
    found = visible_postings(viewer).in_bulk(list(dict.fromkeys(keys))[:most])
    return sorted(found.values(), key=lambda posting: (posting.created_at, posting.pk))


def in_error(viewer: Viewer, *, most: int) -> list[Posting]:
    """The oldest postings in error: a person's work list."""
    return oldest_in((State.ERROR,), viewer, most=most)


def with_lines(postings: PostingQuerySet) -> PostingQuerySet:
    """The same, with lines and their sites."""
    return postings.prefetch_related(Prefetch("lines", PostingLine.objects.select_related("site").order_by("index")))


def attempts_of(posting: Posting) -> list[Attempt]:
    """Every attempt of a posting's documents, newest first."""
    return list(
        Attempt.objects.filter(delivery__target_document__posting=posting).select_related("delivery").order_by("-id")
    )


def waits_for(posting: Posting) -> list[str]:
    """Why a posting of `visible_postings` is held: what must arrive first. Empty where nothing must."""
    return [wait.words for document in posting.documents.all() for wait in document.delivery.waits.all()]


def reversal_of(posting: Posting) -> Posting | None:
    """The posting that reverses this one."""
    found: Posting | None = getattr(posting, "reversed_by", None)
    return found


def last_changed_at(posting: Posting) -> datetime.datetime:
    """When a posting of `visible_postings` last changed: its deliveries, or what is paid on it."""
    moments = [posting.created_at]
    for document in posting.documents.all():
        moments.append(document.delivery.updated_at)
        if document.standing is not None and document.standing.changed_at:
            moments.append(document.standing.changed_at)
    return max(moments)
