"""Alert rules and digests, as the services make them."""

from typing import Any

from apps.notifications.alert_kinds import FIGURES, AlertKind
from apps.notifications.models import AlertRule, Digest
from apps.notifications.services.alert_rules import AlertInput, activate_rule, create_rule
from apps.notifications.services.digests import DigestInput, activate_digest, create_digest
from apps.organisation.models import Company

LEAST = {"percent": 50, "least_number": 2, "minutes": 60}


def alert(kind: AlertKind, *companies: Company, is_active: bool = True, **more: Any) -> AlertRule:
    """A rule that is on, of all companies where none is given: half in error, two documents, an hour."""
    wanted: dict[str, Any] = {
        "name": kind.value.replace("_", " "),
        "recipients": "anna@example.com",
        "language": "en-gb",
        "figures": {name: more.pop(name, LEAST[name]) for name in FIGURES[kind].limits},
        **more,
    }
    rule = create_rule(
        wanted=AlertInput(kind=kind.value, all_companies=not companies, companies=companies, **wanted), actor="test"
    )
    if is_active:
        activate_rule(rule=rule, actor="test")
        rule.refresh_from_db()
    return rule


def digest(*companies: Company, is_active: bool = True, **more: Any) -> Digest:
    """A digest that is on, daily at six, of all companies where none is given."""
    wanted: dict[str, Any] = {
        "name": "where things stand", "recipients": "anna@example.com", "language": "en-gb", **more
    }  # fmt: skip
    made = create_digest(wanted=DigestInput(all_companies=not companies, companies=companies, **wanted), actor="test")
    if is_active:
        activate_digest(digest=made, actor="test")
        made.refresh_from_db()
    return made
