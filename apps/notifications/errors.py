"""Refusals about webhooks, alert rules and digests; each code is listed in docs/api.md."""

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


@dataclass
class MailNotSetUp(PortalError):
    """The environment names no mail server: an alert rule or digest that is on would tell nobody."""

    code: str = field(default="mail_not_set_up", init=False)
    title: str = field(default="No mail server is set up", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class MailRecipientsRefused(PortalError):
    """Mails can't go to these addresses."""

    code: str = field(default="mail_recipients_refused", init=False)
    title: str = field(default="Mails can't be sent to these recipients", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class MailRuleRefused(PortalError):
    """An alert rule or digest that could not work: a figure that its kind lacks, no company, no day."""

    code: str = field(default="mail_rule_refused", init=False)
    title: str = field(default="The alert rule or digest is not complete", init=False)
    http_status: int = field(default=422, init=False)
