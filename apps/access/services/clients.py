"""Making, changing and revoking REST clients."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from apps.access.errors import RateNotAcceptable, ScopeNotAcceptable, UnknownCompanies, UnknownRole
from apps.access.models import ApiClient
from apps.access.roles import Role, Scope, scopes_of
from apps.access.services.keys import make_key
from apps.access.services.trail import record
from apps.foundation.wording import in_english
from apps.organisation.models import Company


@dataclass(frozen=True)
class NewClient:
    """A client and its key, which exists in clear only here."""

    client: ApiClient
    key: str = field(repr=False)


@in_english
@transaction.atomic
def create_client(
    *,
    name: str,
    role: str,
    company_codes: Sequence[str],
    actor: str,
    scopes: Sequence[str] = (),
    expiry_date: datetime.datetime | None = None,
    requests_per_minute: int | None = None,
) -> NewClient:
    """Make a REST client and its first key. `scopes` empty: all that the role may; `requests_per_minute` None: the
    portal's setting.

    Raises `UnknownRole`, `UnknownCompanies`, `ScopeNotAcceptable`, `RateNotAcceptable`; then nothing is stored.
    """
    if role not in Role.values:
        raise UnknownRole(f"There is no role {role!r}. Roles are: {', '.join(Role.values)}.")
    if requests_per_minute is not None and requests_per_minute < 1:
        raise RateNotAcceptable(
            f"A client can't be limited to {requests_per_minute} requests a minute.",
            next_step="Give 1 or more, or none: then the portal's setting holds.",
        )
    client = ApiClient(
        name=name,
        role=role,
        scopes=joined_scopes(role=Role(role), scopes=scopes),
        expiry_date=expiry_date,
        requests_per_minute=requests_per_minute,
    )
    companies = list(Company.objects.filter(code__in=company_codes))
    missing = sorted(set(company_codes) - {company.code for company in companies})
    if missing:
        raise UnknownCompanies(f"There is no company {', '.join(missing)}.", next_step="Create the company first.")
    client.save(force_insert=True)
    client.companies.set(companies)
    _, key = make_key(client=client)
    record(client, "api_client_created", actor, {"role": role, **_extent(client)})
    return NewClient(client=client, key=key)


@in_english
@transaction.atomic
def save_client(*, client: ApiClient, companies: Collection[Company], changed: Sequence[str], actor: str) -> None:
    """Keep what an admin changed on a client's page; the audit trail tells which fields, and what it may do now."""
    # Not `revoked`: who saves a page that was opened before must not bring the client back.
    client.save(update_fields=["name", "scopes", "expiry_date", "requests_per_minute"])
    client.companies.set(companies)
    record(client, "api_client_changed", actor, {"fields": sorted(changed), **_extent(client)})


@in_english
@transaction.atomic
def revoke_client(*, client: ApiClient, actor: str) -> None:
    """End a client with all its keys at once. It can't be undone: make a new client instead."""
    ApiClient.objects.filter(pk=client.pk).update(revoked=True)
    record(client, "api_client_revoked", actor)


def joined_scopes(*, role: Role, scopes: Sequence[str]) -> str:
    """Scopes as they are stored, in their own order. Raises `ScopeNotAcceptable` for one that does not fit the role."""
    fitting = scopes_of(role)
    wrong = sorted(set(scopes) - set(fitting))
    if wrong:
        offered = ", ".join(fitting) or "none"
        raise ScopeNotAcceptable(
            f"The role {role.value} has no scope {', '.join(wrong)}.", next_step=f"Scopes of this role: {offered}."
        )
    return " ".join(scope for scope in Scope if scope in scopes)


def _extent(client: ApiClient) -> dict[str, Any]:
    return {
        "companies": sorted(client.companies.values_list("code", flat=True)),
        "scopes": client.scopes.split(),
        "requests_per_minute": client.requests_per_minute,
    }
