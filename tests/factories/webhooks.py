"""Webhooks, as the service makes them."""

from collections.abc import Sequence

from apps.notifications.event_kinds import EventKind
from apps.notifications.services.endpoints import EndpointInput, NewEndpoint, create_endpoint
from apps.organisation.models import Company

PUBLIC = "https://93.184.216.34/hook"
"""By number, so that no test asks a name server."""


def webhook(
    url: str = PUBLIC,
    *companies: Company,
    name: str = "an ERP",
    event_kinds: Sequence[str] = tuple(EventKind.values),
) -> NewEndpoint:
    """A webhook and its secret; of all companies where none is given."""
    wanted = EndpointInput(
        name=name, url=url, event_kinds=event_kinds, all_companies=not companies, companies=companies
    )
    return create_endpoint(wanted=wanted, actor="test")
