"""What deactivating an attribute or dimension type means for documents that are not posted yet."""

from django.db.models import Q

from apps.delivery.states import FINAL_STATES
from apps.dimensions.consequences import AnyType
from apps.dimensions.models import AttributeType, StandsFor
from apps.postings.models import PostingLine

_FILLED_FROM = {
    StandsFor.ITEM: ~Q(item=""),
    StandsFor.CUSTOMER: ~Q(posting__customer=""),
    StandsFor.SUPPLIER: ~Q(posting__supplier=""),
}


def open_lines(type_: AnyType) -> list[str]:
    """How many lines of documents that are neither posted nor cancelled use it: they will be sent without it."""
    named = "attributes" if isinstance(type_, AttributeType) else "dimensions"
    uses = Q(**{f"{named}__has_key": type_.pk})
    if isinstance(type_, AttributeType):
        uses |= _FILLED_FROM.get(StandsFor(type_.stands_for), Q(pk__in=()))
    lines = PostingLine.objects.filter(uses).exclude(posting__documents__delivery__state__in=FINAL_STATES)
    number = lines.count()
    if not number:
        return []
    postings = lines.values("posting").distinct().count()
    return [
        f"Lines that are analysed by it in documents that are not posted yet: {number}, documents: {postings}. "
        "They are sent without it."
    ]
