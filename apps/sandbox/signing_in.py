"""Senders, logins and sessions (protocol 2.3, 2.8)."""

import datetime
import secrets
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apps.sandbox.documents import Envelope
from apps.sandbox.failures import ErrorLine, RequestFailed, SignInFailed
from apps.sandbox.models import GatewaySession, StoredRecord


@dataclass(frozen=True)
class Identity:
    """Who calls, and where: "" is the top level."""

    entity: str
    session: str
    ends_at: datetime.datetime


def check_sender(envelope: Envelope, settings: dict[str, Any]) -> None:
    right = (settings["sender_id"], settings["sender_password"])
    if (envelope.sender_id, envelope.sender_password) != right:
        raise RequestFailed(ErrorLine("XL03000006", "Incorrect Intacct XML Partner ID or password."))
    if envelope.policy_id and envelope.policy_id not in settings["policies"]:
        raise RequestFailed(ErrorLine("XL03000006", f"{envelope.policy_id} is not a valid transport policy."))


def sign_in(envelope: Envelope, settings: dict[str, Any], *, at_session_endpoint: bool) -> Identity:
    """By login, or by session. Raises `SignInFailed`."""
    ends_at = timezone.now() + datetime.timedelta(minutes=settings["session_minutes"])
    if envelope.login is None:
        session = GatewaySession.objects.filter(key=envelope.session_id, ends_at__gt=timezone.now()).first()
        if session is None:
            raise SignInFailed(ErrorLine("XL03000006", "Invalid session", correction="Sign in again."))
        GatewaySession.objects.filter(pk=session.pk).update(ends_at=ends_at)
        return Identity(session.entity, session.key, ends_at)
    login = envelope.login
    wanted = (settings["user_id"], settings["company_id"], settings["user_password"])
    given = (login.get("userid"), login.get("companyid"), login.get("password"))
    entity = (login.get("locationid") or "").strip()
    if given != wanted or at_session_endpoint or not entity_exists(entity):
        raise SignInFailed(
            ErrorLine("XL03000006", "Sign-in information is incorrect", correction="Check your sign-in.")
        )
    if envelope.sender_id not in settings["authorised_senders"]:
        raise SignInFailed(
            ErrorLine(
                "XL03000006",
                f"The sender ID '{envelope.sender_id}' is not authorized to make Web Services requests to company ID "
                f"'{settings['company_id']}'.",
                "Invalid Web Services Authorization",
                "Contact the company administrator to grant Web Services authorization to this sender ID.",
            )
        )
    if "locationid" in login and not entity and not settings["top_level_access"]:
        raise SignInFailed(
            ErrorLine("XL03000006", "Sign-in information is incorrect", correction="Check your sign-in.")
        )
    return Identity(entity, "", ends_at)


def may_work_in(entity: str, settings: dict[str, Any]) -> bool:
    """Whether the user may: at the top level, where *Enable access to top-level* is set, and in every entity."""
    return entity_exists(entity) if entity else bool(settings["top_level_access"])


def entity_exists(entity: str) -> bool:
    return not entity or StoredRecord.objects.filter(object_name="LOCATIONENTITY", natural_id=entity).exists()


def open_session(entity: str, identity: Identity) -> GatewaySession:
    return GatewaySession.objects.create(key=secrets.token_urlsafe(24), entity=entity, ends_at=identity.ends_at)
