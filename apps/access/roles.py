"""The five roles of the contract (5.4), what each may do, and the scopes that narrow it: read by REST and admin."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    INTEGRATION_ADMIN = "integration_admin", _("Integration admin")
    OPERATOR = "operator", _("Operator")
    AUDITOR = "auditor", _("Auditor")
    REST_CLIENT = "rest_client", _("REST client")
    PARTNER = "partner", _("Partner")


class Action(StrEnum):
    """What somebody may do to postings and to the connection, over REST or in the admin."""

    SEE_POSTINGS = "see_postings"
    SUBMIT = "submit"
    RETRY = "retry"
    CANCEL = "cancel"
    CORRECT = "correct"
    REVERSE = "reverse"
    SEE_MESSAGES = "see_messages"
    SEE_ORGANISATION = "see_organisation"
    SEE_MASTER_DATA = "see_master_data"
    WRITE_MASTER_DATA = "write_master_data"
    SEE_STATUS = "see_status"
    TEST_CONNECTION = "test_connection"
    SYNCHRONISE = "synchronise"


PERMITTED: dict[Role, frozenset[Action]] = {
    Role.INTEGRATION_ADMIN: frozenset(Action),
    Role.OPERATOR: frozenset(
        {
            Action.SEE_POSTINGS,
            Action.RETRY,
            Action.SEE_ORGANISATION,
            Action.SEE_MASTER_DATA,
            Action.SEE_STATUS,
            Action.TEST_CONNECTION,
            Action.SYNCHRONISE,
        }
    ),
    Role.AUDITOR: frozenset(
        {Action.SEE_POSTINGS, Action.SEE_MESSAGES, Action.SEE_ORGANISATION, Action.SEE_MASTER_DATA, Action.SEE_STATUS}
    ),
    Role.REST_CLIENT: frozenset(
        {
            Action.SEE_POSTINGS,
            Action.SUBMIT,
            Action.RETRY,
            Action.CANCEL,
            Action.REVERSE,
            Action.SEE_ORGANISATION,
            Action.SEE_MASTER_DATA,
            Action.WRITE_MASTER_DATA,
        }
    ),
    Role.PARTNER: frozenset(),
}
"""A partner has the status pages only; they come with their own issue."""


class Scope(models.TextChoices):
    """What an API client can be limited to, below what its role may: a scope never adds anything."""

    READ_POSTINGS = "postings:read", _("See postings and their attempts")
    SUBMIT = "postings:submit", _("Submit and preview documents")
    ACT = "postings:act", _("Retry, cancel, reverse and correct postings")
    READ_MESSAGES = "messages:read", _("See the messages to and from Sage Intacct")
    READ_ORGANISATION = "organisation:read", _("See companies and sites")
    READ_MASTER_DATA = "master_data:read", _("See items, customers, suppliers and financial data")
    WRITE_MASTER_DATA = "master_data:write", _("Change items, customers and suppliers")
    READ_STATUS = "status:read", _("See the portal's status")
    SYNCHRONISE = "synchronisations:run", _("Start and follow synchronisations")
    TEST_CONNECTION = "connection:test", _("Test the connection")


SCOPES: dict[Scope, frozenset[Action]] = {
    Scope.READ_POSTINGS: frozenset({Action.SEE_POSTINGS}),
    Scope.SUBMIT: frozenset({Action.SUBMIT}),
    Scope.ACT: frozenset({Action.RETRY, Action.CANCEL, Action.REVERSE, Action.CORRECT}),
    Scope.READ_MESSAGES: frozenset({Action.SEE_MESSAGES}),
    Scope.READ_ORGANISATION: frozenset({Action.SEE_ORGANISATION}),
    Scope.READ_MASTER_DATA: frozenset({Action.SEE_MASTER_DATA}),
    Scope.WRITE_MASTER_DATA: frozenset({Action.WRITE_MASTER_DATA}),
    Scope.READ_STATUS: frozenset({Action.SEE_STATUS}),
    Scope.SYNCHRONISE: frozenset({Action.SYNCHRONISE}),
    Scope.TEST_CONNECTION: frozenset({Action.TEST_CONNECTION}),
}
"""Every action is in exactly one of them (tested)."""

SCOPE_OF: dict[Action, Scope] = {action: scope for scope, actions in SCOPES.items() for action in actions}


def scopes_of(role: Role) -> list[Scope]:
    """The scopes that mean something in a role: it may do at least one of their actions."""
    return [scope for scope in Scope if SCOPES[scope] & PERMITTED[role]]


EVERY_COMPANY = frozenset({Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR})
"""Roles that see all companies, unless their API client is limited to some."""

MODEL_PERMISSIONS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.INTEGRATION_ADMIN: {
        "organisation": ("view", "add", "change", "delete"),
        "options": ("view", "change"),
        "configuration": ("view", "add", "change"),
        "access": ("view", "add", "change"),
        "masterdata": ("view", "add", "change", "delete"),
        "dimensions": ("view", "add", "change", "delete"),
        "mapping": ("view", "change"),
        "postings": ("view", "add", "change", "delete"),
        "notifications": ("view", "add", "change", "delete"),
        "status": ("view",),
        "delivery": ("view", "change"),
        "synchronisation": ("view", "add"),
        "foundation": ("view",),
        "sandbox": ("view",),
    },
    Role.OPERATOR: {
        "organisation": ("view",),
        "options": ("view",),
        "masterdata": ("view",),
        "dimensions": ("view",),
        "postings": ("view",),
        "notifications": ("view",),
        "status": ("view",),
        "delivery": ("view",),
        "synchronisation": ("view", "add"),
    },
    Role.AUDITOR: {
        "organisation": ("view",),
        "options": ("view",),
        "configuration": ("view",),
        "access": ("view",),
        "masterdata": ("view",),
        "dimensions": ("view",),
        "mapping": ("view",),
        "postings": ("view",),
        "notifications": ("view",),
        "status": ("view",),
        "delivery": ("view",),
        "synchronisation": ("view",),
        "foundation": ("view",),
    },
}
"""Django permissions of the delivered groups, by app."""
