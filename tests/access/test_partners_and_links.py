"""What an integration admin gives to people outside: companies to partners, links to those without a login."""

import datetime
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.access.errors import LinkLifeNotAcceptable
from apps.access.models import PartnerAccess, SharedLink
from apps.access.roles import Role
from apps.access.selectors import link_behind
from apps.access.services.groups import load_groups
from apps.access.services.shared_links import create_link
from apps.access.viewer import viewer_for_user
from apps.foundation.audit import AuditEntry
from apps.organisation.models import Company
from tests.conftest import Person

pytestmark = pytest.mark.django_db
ADD = "/admin/access/sharedlink/add/"


@pytest.fixture
def admin(person: Person, client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def asked(company: Company, **changes: Any) -> dict[str, Any]:
    return {"company": company.pk, "label": "Anna's accountant", "days": "30", **changes}


def test_a_link_is_shown_once_and_only_a_hash_of_it_is_kept(company: Company, admin: Client) -> None:
    answer = admin.post(ADD, asked(company))

    found = re.search(r'value="([^"]+/status/shared/([^/"]+)/)"', answer.text)
    assert found is not None
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    token = found.group(2)
    link = link_behind(token)
    assert link is not None
    assert (link.company, link.label, link.shows_amounts, link.created_by) == (
        company, "Anna's accountant", False, "integration_admin",
    )  # fmt: skip
    assert link.expires_at - link.created_at == datetime.timedelta(days=30)
    kept = json.dumps([*SharedLink.objects.values(), *AuditEntry.objects.values()], default=str)
    assert [part for part in token.split(".") if part in kept] == []
    page = admin.get(f"/admin/access/sharedlink/{link.reference}/change/").text
    assert "can't be shown again" in page
    assert token not in page


def test_revoking_is_asked_first_and_is_in_the_audit_trail(company: Company, admin: Client) -> None:
    new = create_link(company=company, label="x", days=30, shows_amounts=False, actor="test")
    address = f"/admin/access/sharedlink/{new.link.reference}/revoke/"

    assert "Revoke the link for x?" in admin.post(address).text
    assert link_behind(new.token) is not None
    assert admin.get(address).status_code == 405
    admin.post(address, {"confirmed": "yes"})

    assert link_behind(new.token) is None
    entry = AuditEntry.objects.get(action="shared_link_revoked")
    assert (entry.actor, entry.subject_id, entry.company) == ("integration_admin", new.link.reference, "100")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INTEGRATION_ADMIN}))
def test_nobody_else_makes_or_revokes_a_link(role: Role, company: Company, person: Person, client: Client) -> None:
    new = create_link(company=company, label="x", days=30, shows_amounts=False, actor="test")
    client.force_login(person(role))

    client.post(ADD, asked(company))
    client.post(f"/admin/access/sharedlink/{new.link.reference}/revoke/", {"confirmed": "yes"})

    assert SharedLink.objects.get() == new.link
    assert link_behind(new.token) is not None


@pytest.mark.parametrize("days", [0, 91])
def test_a_link_lives_ninety_days_at_most(days: int, company: Company) -> None:
    with pytest.raises(LinkLifeNotAcceptable, match="1 to 90 days"):
        create_link(company=company, label="x", days=days, shows_amounts=False, actor="test")
    now = timezone.now()
    end = now + datetime.timedelta(days=days, seconds=-1 if days == 0 else 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedLink.objects.create(company=company, secret_hash="x", created_at=now, expires_at=end)
    assert not SharedLink.objects.exists()


def test_a_partner_is_given_companies_on_the_page_of_the_person(
    company: Company, other_company: Company, admin: Client
) -> None:
    load_groups()
    user = User.objects.create_user("mara", password="a long test password")
    group = Group.objects.get(name=Role.PARTNER.value)
    form = {"username": "mara", "is_active": "on", "groups": group.pk, "status_companies": [company.pk]}
    assert viewer_for_user(user).company_ids == frozenset()

    assert admin.post(f"/admin/auth/user/{user.pk}/change/", form).status_code == 302

    viewer = viewer_for_user(User.objects.get(pk=user.pk))
    assert (viewer.role, viewer.company_ids, viewer.shows_amounts) == (Role.PARTNER, frozenset({company.pk}), False)
    entry = AuditEntry.objects.get(action="partner_access_created")
    assert (entry.actor, entry.subject_id, entry.detail["changes"]["companies"]["new"]) == (
        "integration_admin", str(user.pk), "100",
    )  # fmt: skip
    admin.post(f"/admin/auth/user/{user.pk}/change/", {**form, "status_companies": [], "status_amounts": "on"})
    viewer = viewer_for_user(User.objects.get(pk=user.pk))
    assert (viewer.company_ids, viewer.shows_amounts) == (frozenset(), True)
    assert AuditEntry.objects.filter(action="partner_access_changed").count() == 1


def test_companies_given_to_somebody_else_change_nothing(company: Company, person: Person) -> None:
    auditor = person(Role.AUDITOR)
    PartnerAccess.objects.create(user=auditor)

    assert viewer_for_user(auditor).company_ids is None
