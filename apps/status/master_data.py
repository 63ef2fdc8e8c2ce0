"""Items, customers and suppliers on the dashboard: how many are integrated, on their way, in error."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.delivery.states import LOOKS, IntegrationStatus, Look
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.synchronisation.sources import OBJECT_OF_NODE

SHOWN = (
    IntegrationStatus.SUCCESS,
    IntegrationStatus.PENDING,
    IntegrationStatus.ERROR,
    IntegrationStatus.DESYNCHRONISED,
    IntegrationStatus.NOT_INTEGRATED,
)


@dataclass(frozen=True)
class Count:
    """How many records of a kind have a status, and the list of them."""

    status: IntegrationStatus
    look: Look
    number: int
    link: str


@dataclass(frozen=True)
class KindOfRecord:
    """One row of the table."""

    title: Any
    link: str
    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(count.number for count in self.counts)


def kinds_of_records(records: dict[str, dict[str, int]]) -> list[KindOfRecord]:
    """A row for each kind that goes out; `records` as `records_by_status` gives it. No query."""
    return [_kind(node, records.get(node, {})) for node in OUTBOUND_NODES]


def _kind(node: str, numbers: dict[str, int]) -> KindOfRecord:
    model = OUTBOUND_NODES[node].model
    counts = (Count(status, LOOKS[status], numbers.get(status, 0), integration_link(node, status)) for status in SHOWN)
    link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    title = str(model._meta.verbose_name_plural)
    return KindOfRecord(title[:1].upper() + title[1:], link, tuple(counts))


def integration_link(node: str, status: IntegrationStatus) -> str:
    """The Integration page with the records of a kind that have this status.

    What was never synchronised has no row there: it is found in the list of the records themselves.
    """
    if status == IntegrationStatus.NOT_INTEGRATED:
        model = OUTBOUND_NODES[node].model
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    page = reverse("admin:delivery_integrationstate_changelist")
    return f"{page}?object_name__exact={OBJECT_OF_NODE[node]}&status__exact={status.value}"


def error_words(node: str, number: int) -> str:
    """ "3 customers are in error.": a whole sentence for each kind, for those who translate it."""
    if node == "item":
        words = ngettext("%(number)d item is in error.", "%(number)d items are in error.", number)
    elif node == "customer":
        words = ngettext("%(number)d customer is in error.", "%(number)d customers are in error.", number)
    elif node == "supplier":
        words = ngettext("%(number)d supplier is in error.", "%(number)d suppliers are in error.", number)
    else:
        words = _("%(number)d records are in error.")
    return words % {"number": number}
