"""Refusals about webhooks; each code is listed in docs/api.md."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class WebhookAddressRefused(PortalError):
    """The address is none that messages may be sent to."""

    code: str = field(default="webhook_address_refused", init=False)
    title: str = field(default="Webhooks can't be sent to this address", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class WebhookScopeMissing(PortalError):
    """An endpoint without companies or without events would never be told anything."""

    code: str = field(default="webhook_scope_missing", init=False)
    title: str = field(default="The webhook has no companies or no events", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class WebhookNotActive(PortalError):
    """The endpoint is switched off: nothing is sent to it."""

    code: str = field(default="webhook_not_active", init=False)
    title: str = field(default="The webhook is not active", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class WebhookBeingSent(PortalError):
    """The message is on its way at this moment."""

    code: str = field(default="webhook_being_sent", init=False)
    title: str = field(default="The message is being sent", init=False)
    http_status: int = field(default=409, init=False)
