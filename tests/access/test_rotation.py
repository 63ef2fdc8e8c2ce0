"""Keys are rotated with an overlap: both work for a while, never more than two."""

import datetime
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.models import ApiClient, ApiKey
from apps.access.roles import Role
from apps.access.services.clients import NewClient, create_client, revoke_client, save_client
from apps.access.services.keys import rotate_key
from apps.foundation.models import AuditEntry
from apps.organisation.models import Company

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NO_TIME = datetime.timedelta(0)


@pytest.fixture
def erp(company: Company) -> NewClient:
    return create_client(name="Albany ERP", role=Role.REST_CLIENT, company_codes=["100"], actor="test")


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def works(*keys: str) -> list[bool]:
    clients = [APIClient() for _ in keys]
    for client, key in zip(clients, keys, strict=True):
        client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    answers = [client.get("/api/v1/companies/") for client in clients]
    assert {answer.status_code for answer in answers} <= {200, 401}
    return [answer.status_code == 200 for answer in answers]


def page(name: str, client: ApiClient, *more: str) -> str:
    return reverse(f"admin:access_apiclient_{name}", args=[client.reference, *more])


def days_later(days: float) -> Any:
    """Ends are moved to the past instead of waiting."""
    for key in ApiKey.objects.filter(expiry_date__isnull=False):
        ApiKey.objects.filter(pk=key.pk).update(expiry_date=key.expiry_date - datetime.timedelta(days=days))


class TestRotation:
    def test_the_old_key_works_until_the_overlap_is_over(self, erp: NewClient) -> None:
        new = rotate_key(client=erp.client, overlap=DAY, actor="test").key

        assert works(erp.key, new) == [True, True]
        days_later(1)
        assert works(erp.key, new) == [False, True]

    def test_without_overlap_it_ends_at_once(self, erp: NewClient) -> None:
        new = rotate_key(client=erp.client, overlap=NO_TIME, actor="test").key

        assert works(erp.key, new) == [False, True]

    def test_the_older_of_two_ends_when_a_third_is_made(self, erp: NewClient) -> None:
        second = rotate_key(client=erp.client, overlap=7 * DAY, actor="test").key
        third = rotate_key(client=erp.client, overlap=DAY, actor="test").key

        assert works(erp.key, second, third) == [False, True, True]

    def test_the_database_keeps_one_current_key(self, erp: NewClient) -> None:
        with pytest.raises(IntegrityError):
            ApiKey.objects.create(client=erp.client, id="x", prefix="x", hashed_key="x")

    def test_the_audit_trail_names_keys_by_their_start_and_holds_no_secret(self, erp: NewClient) -> None:
        new = rotate_key(client=erp.client, overlap=DAY, actor="anna")

        entry = AuditEntry.objects.get(action="api_key_rotated")
        assert (entry.actor, entry.subject_id) == ("anna", erp.client.reference)
        assert (entry.detail["key"], entry.detail["old_key"]) == (new.prefix, erp.key.partition(".")[0])
        kept = json.dumps([*AuditEntry.objects.values(), *ApiKey.objects.values()], default=str)
        assert [key for key in (erp.key, new.key) if key.partition(".")[2] in kept] == []

    def test_use_is_noted_for_each_key_and_its_client(self, erp: NewClient) -> None:
        rotate_key(client=erp.client, overlap=DAY, actor="test")
        works(erp.key)

        used = [key.last_used_at is not None for key in ApiKey.objects.order_by("created")]
        assert used == [True, False]
        assert ApiClient.objects.with_keys().get().last_used_at is not None


class TestTheCommand:
    def rotate(self, *arguments: str) -> dict[str, Any]:
        out = StringIO()
        call_command("rotate_api_key", *arguments, "--json", stdout=out)
        return dict(json.loads(out.getvalue()))

    @pytest.mark.parametrize("by", ["name", "reference"])
    def test_it_prints_the_new_key_and_when_the_old_one_ends(self, erp: NewClient, by: str) -> None:
        printed = self.rotate(getattr(erp.client, by), "--overlap", "2")

        assert works(erp.key, printed["key"]) == [True, True]
        left = datetime.datetime.fromisoformat(printed["old_key_ends"]) - timezone.now()
        assert datetime.timedelta(hours=1) < left <= datetime.timedelta(hours=2)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["nobody"], "There is no client nobody"),
            (["Albany ERP", "--overlap", "-1"], "in the past"),
            (["Albany ERP", "--overlap", "721"], "30 days"),
            (["Albany ERP", "--overlap", "nan"], "NaN"),
        ],
    )
    def test_it_refuses_in_words(self, erp: NewClient, arguments: list[str], words: str) -> None:
        with pytest.raises(CommandError, match=words):
            self.rotate(*arguments)
        assert ApiKey.objects.count() == 1

    def test_a_name_that_two_clients_have_tells_nothing(self, erp: NewClient) -> None:
        create_client(name="Albany ERP", role=Role.AUDITOR, company_codes=[], actor="test")

        with pytest.raises(CommandError, match="by its reference"):
            self.rotate("Albany ERP")

    def test_a_revoked_client_gets_no_key(self, erp: NewClient) -> None:
        revoke_client(client=erp.client, actor="test")

        with pytest.raises(CommandError, match="is revoked"):
            self.rotate(erp.client.reference)


class TestThePage:
    def confirmed(self, admin: Client, client: ApiClient, overlap: int, replaces: str) -> Any:
        values = {"confirmed": "yes", "overlap": overlap, "replaces": replaces}
        return admin.post(page("rotate", client), values)

    def test_it_asks_then_shows_the_new_key_once(self, erp: NewClient, admin: Client) -> None:
        old = erp.key.partition(".")[0]
        asked = admin.post(page("rotate", erp.client))
        assert "It works for another day" in asked.text
        assert ApiKey.objects.count() == 1

        shown = self.confirmed(admin, erp.client, 24, old)

        key = shown.context["key"]
        assert works(erp.key, key) == [True, True]
        assert ("no-store" in shown["Cache-Control"], shown.text.count(f'value="{key}"')) == (True, 1)
        after = admin.get(page("change", erp.client)).text
        assert [word in after for word in (key, key.partition(".")[0], "Old, still works")] == [False, True, True]

    def test_it_says_that_an_older_one_ends_now(self, erp: NewClient, admin: Client) -> None:
        rotate_key(client=erp.client, overlap=DAY, actor="test")

        assert f"{erp.key.partition('.')[0]}…, still works until" in admin.post(page("rotate", erp.client)).text

    def test_the_same_page_sent_twice_makes_one_key(self, erp: NewClient, admin: Client) -> None:
        old = erp.key.partition(".")[0]
        self.confirmed(admin, erp.client, 24, old)

        again = self.confirmed(admin, erp.client, 24, old)

        assert (again.status_code, ApiKey.objects.count()) == (302, 2)

    def test_one_key_is_revoked_and_the_other_works_on(self, erp: NewClient, admin: Client) -> None:
        new = rotate_key(client=erp.client, overlap=DAY, actor="test").key
        address = page("revoke_key", erp.client, erp.key.partition(".")[0])
        admin.post(address)
        assert works(erp.key, new) == [True, True]

        admin.post(address, {"confirmed": "yes"})

        assert works(erp.key, new) == [False, True]
        assert AuditEntry.objects.filter(action="api_key_revoked").count() == 1

    def test_a_client_whose_only_key_is_revoked_can_be_given_another(self, erp: NewClient, admin: Client) -> None:
        admin.post(page("revoke_key", erp.client, erp.key.partition(".")[0]), {"confirmed": "yes"})
        assert "No key" in admin.get(page("change", erp.client)).text

        shown = self.confirmed(admin, erp.client, 0, "")

        assert works(erp.key, shown.context["key"]) == [False, True]

    def test_revoking_the_client_ends_all_its_keys(self, erp: NewClient, admin: Client) -> None:
        new = rotate_key(client=erp.client, overlap=DAY, actor="test").key

        admin.post(page("revoke", erp.client), {"confirmed": "yes"})

        assert works(erp.key, new) == [False, False]

    def test_who_may_only_look_changes_nothing(
        self, erp: NewClient, person: Callable[[Role], User], client: Client
    ) -> None:
        client.force_login(person(Role.AUDITOR))
        prefix = erp.key.partition(".")[0]
        addresses = [page("rotate", erp.client), page("revoke", erp.client), page("revoke_key", erp.client, prefix)]

        answers = [client.post(address, {"confirmed": "yes", "overlap": 0}).status_code for address in addresses]

        assert (answers, works(erp.key)) == ([403, 403, 403], [True])
        assert "Rotate" not in client.get(page("change", erp.client)).text


class TestSettingsOfAClient:
    def values(self, company: Company, **changes: Any) -> dict[str, Any]:
        return {"name": "Troy ERP", "role": "rest_client", "companies": [company.pk], **changes}

    def test_it_is_made_with_scopes_limit_and_end(self, company: Company, admin: Client) -> None:
        given = self.values(company, scopes=["postings:read"], requests_per_minute=5)
        admin.post(
            reverse("admin:access_apiclient_add"), {**given, "expiry_date_0": "2099-01-01", "expiry_date_1": "00:00"}
        )

        (made,) = ApiClient.objects.all()
        assert (made.scopes, made.requests_per_minute, made.expiry_date.year) == ("postings:read", 5, 2099)

    def test_it_is_changed(self, erp: NewClient, company: Company, admin: Client) -> None:
        answer = admin.post(page("change", erp.client), self.values(company, scopes=["postings:act", "postings:read"]))

        assert answer.status_code == 302
        assert ApiClient.objects.get().scopes == "postings:read postings:act"
        entry = AuditEntry.objects.get(action="api_client_changed")
        assert (entry.detail["fields"], entry.detail["scopes"]) == (
            ["name", "scopes"],
            ["postings:read", "postings:act"],
        )

    def test_a_page_opened_before_does_not_bring_a_revoked_client_back(self, erp: NewClient) -> None:
        opened = ApiClient.objects.get()
        revoke_client(client=erp.client, actor="test")

        save_client(client=opened, companies=[], changed=[], actor="test")

        assert works(erp.key) == [False]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"scopes": ["status:read"]}, "The role rest_client has no scope status:read"),
            ({"requests_per_minute": 0}, "greater than or equal to 1"),
        ],
    )
    def test_what_can_not_be_is_said_on_the_form(
        self, company: Company, admin: Client, changes: dict[str, Any], words: str
    ) -> None:
        answer = admin.post(reverse("admin:access_apiclient_add"), self.values(company, **changes))

        assert words in answer.text
        assert not ApiClient.objects.exists()
