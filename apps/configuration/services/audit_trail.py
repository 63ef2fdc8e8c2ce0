"""The *Sage DMO audit trail* block: which tenant Smart Events name, and making it this one (dmo-facts 3.2)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from apps.configuration.errors import AuditTrailUnreachable
from apps.configuration.gateway import client_for
from apps.configuration.models import AuditTrailState, IntacctConfiguration
from apps.configuration.tenant import this_tenant
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.intacct import Client, Create, Done, Function, FunctionRefused, IntacctError, Query, Record, Update, equal_to

DELIVERED = Path(__file__).resolve().parent.parent / "delivered" / "audit_trail.yaml"


@cache
def _names() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(DELIVERED.read_text(encoding="utf-8"))
    return loaded


def look(*, configuration: IntacctConfiguration) -> AuditTrailState:
    """Ask Intacct which tenant its audit trail names, and keep the answer on the configuration.

    Raises `AuditTrailUnreachable` with Intacct's words, `OptionOff`.
    """
    with _visit(configuration) as client:
        _record_no, tenant = _read(client)
    return _keep(configuration, tenant)


@in_english
def install_or_update(*, configuration: IntacctConfiguration, actor: str) -> None:
    """Make Intacct's audit trail name this tenant: created if it is not there, else changed.

    Raises `AuditTrailUnreachable` with Intacct's words, `OptionOff`.
    """
    names = _names()
    with _visit(configuration) as client:
        record_no, before = _read(client)
        values: dict[str, Any] = {names["name"]: names["record"], names["tenant"]: this_tenant()}
        function: Function
        # Setting it twice is setting it once, so a fresh control ID may be used each time.
        control_id = f"audit-trail-{uuid.uuid4().hex}"
        if record_no:
            record = Record.of(names["object"], {names["key"]: record_no, **values})
            function = Update(control_id=control_id, record=record)
        else:
            function = Create(control_id=control_id, record=Record.of(names["object"], values))
        _done(client, function)
    _keep(configuration, this_tenant())
    audit.record(_event(configuration, "audit_trail_updated", actor, {"from": before, "to": this_tenant()}))


@in_english
def leave(*, configuration: IntacctConfiguration, actor: str) -> None:
    """Answer *No* to the mismatch warning: nothing changes in Intacct, and it is not asked again for that tenant.

    The answer is this tenant's: a copy of its database asks anew.
    """
    configuration.audit_trail_left_to = _answer(configuration)
    configuration.save(update_fields=["audit_trail_left_to", "updated_at"])
    detail = {"tenant": configuration.audit_trail_tenant, "answer": "no"}
    audit.record(_event(configuration, "audit_trail_left", actor, detail))


def asks_for_update(configuration: IntacctConfiguration) -> bool:
    """Whether the mismatch warning is to be shown: another tenant, and nobody said *No* for it."""
    return configuration.audit_trail_state == AuditTrailState.OTHER and configuration.audit_trail_left_to != _answer(
        configuration
    )


def _answer(configuration: IntacctConfiguration) -> str:
    return f"{configuration.audit_trail_tenant} by {this_tenant()}"[:200]


@contextmanager
def _visit(configuration: IntacctConfiguration) -> Iterator[Client]:
    """A client for one visit, whose failures become a refusal in plain words."""
    client = client_for(configuration)
    try:
        yield client
    except IntacctError as error:
        raise AuditTrailUnreachable(
            f"Sage Intacct's audit trail could not be reached. {error}", next_step=error.next_step
        ) from None
    finally:
        client.close()


def _read(client: Client) -> tuple[str, str]:
    """Record number and tenant of Intacct's audit trail; empty where there is none."""
    names = _names()
    question = Query(
        control_id="audit-trail",
        object_name=names["object"],
        select=(names["key"], names["tenant"]),
        filter=equal_to(names["name"], names["record"]),
        page_size=1,
    )
    answer = _done(client, question)
    if not answer.rows:
        return "", ""
    row = answer.rows[0]
    return row.text(names["key"]) or "", row.text(names["tenant"]) or ""


def _done(client: Client, function: Function) -> Done:
    try:
        return client.ask(function)
    except FunctionRefused as refusal:
        raise AuditTrailUnreachable(
            f"Sage Intacct refused. {refusal.primary.meaning}",
            next_step="Import the custom package, and give the API user the rights to its objects.",
        ) from None


def _keep(configuration: IntacctConfiguration, tenant: str) -> AuditTrailState:
    configuration.audit_trail_tenant = tenant
    configuration.audit_trail_checked_at = timezone.now()
    configuration.save(update_fields=["audit_trail_tenant", "audit_trail_checked_at", "updated_at"])
    return configuration.audit_trail_state or AuditTrailState.ABSENT


def _event(configuration: IntacctConfiguration, action: str, actor: str, detail: dict[str, str]) -> audit.Event:
    return audit.Event(
        actor=actor,
        action=action,
        subject_type="configuration",
        subject_id=str(configuration.pk),
        subject_label=configuration.code,
        detail=detail,
    )
