"""Making and revoking REST clients."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.access.errors import UnknownCompanies, UnknownRole
from apps.access.models import ApiClient
from apps.access.roles import Role
from apps.foundation import audit
from apps.organisation.models import Company


@dataclass(frozen=True)
class NewClient:
    """A client and its key, which exists in clear only here."""

    client: ApiClient
    key: str


@transaction.atomic
def create_client(*, name: str, role: str, company_codes: Sequence[str], actor: str) -> NewClient:
    """Make a REST client. Raises `UnknownRole`, `UnknownCompanies`; then nothing is stored."""
    if role not in Role.values:
        raise UnknownRole(f"There is no role {role!r}. Roles are: {', '.join(Role.values)}.")
    companies = list(Company.objects.filter(code__in=company_codes))
    missing = sorted(set(company_codes) - {company.code for company in companies})
    if missing:
        raise UnknownCompanies(f"There is no company {', '.join(missing)}.", next_step="Create the company first.")
    client = ApiClient(name=name, role=role)
    key = ApiClient.objects.assign_key(client)
    client.save()
    client.companies.set(companies)
    audit.record(
        audit.Event(
            actor=actor,
            action="api_client_created",
            subject_type="api_client",
            subject_id=client.reference,
            subject_label=name,
            detail={"role": role, "companies": sorted(company_codes)},
        )
    )
    return NewClient(client=client, key=key)


@transaction.atomic
def revoke_client(*, client: ApiClient, actor: str) -> None:
    """End a client's key at once. It can't be undone: make a new client instead."""
    ApiClient.objects.filter(pk=client.pk).update(revoked=True)
    audit.record(
        audit.Event(
            actor=actor,
            action="api_client_revoked",
            subject_type="api_client",
            subject_id=client.reference,
            subject_label=client.name,
        )
    )
