"""Sending what is held without waiting any longer: Intacct may know the record, whatever the portal believes."""

from collections.abc import Sequence

from django.db import transaction

from apps.access.viewer import Viewer
from apps.delivery.models import Delivery
from apps.delivery.services.waiting import release_now
from apps.foundation.wording import in_english
from apps.postings.models import Posting


@in_english
def send_anyway(*, postings: Sequence[Posting], viewer: Viewer) -> tuple[int, int]:
    """Send these although what they wait for has not arrived. Returns how many go on, and how many were not waiting.

    Intacct then says what it thinks of them. The order of the parts of one document is kept all the same, and so is
    what is held because its connection is paused.
    """
    gone = sum(_send(posting, viewer) for posting in postings)
    return gone, len(postings) - gone


@transaction.atomic
def _send(posting: Posting, viewer: Viewer) -> bool:
    parts = list(Delivery.objects.filter(target_document__posting=posting).order_by("pk"))
    ids = [part.pk for part in parts]
    return sum(release_now(delivery=part, actor=viewer.label, behind=ids) for part in parts) > 0
