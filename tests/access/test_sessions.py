"""How long somebody is signed in, what the cookie is kept from, and what ends it before its time."""

import datetime
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from time_machine import travel

from apps.access.roles import Role
from apps.access.services.partners import give_companies
from apps.organisation.models import Company
from tests.conftest import Person

pytestmark = pytest.mark.django_db
PASSWORD = "a long test password"
OWN = "/status/companies/100/"
PARTS = ("", "live/", "failing.csv")
SIGNED_IN_FOR = datetime.timedelta(hours=12)
BY_HTMX = {"HX-Request": "true"}
DOORS = {"/admin/login/": ("operator", "/admin/"), "/status/login/": ("partner", OWN)}


@pytest.fixture
def people(person: Person, company: Company) -> dict[str, User]:
    """An operator, and a partner of company 100."""
    partner = person(Role.PARTNER)
    User.objects.filter(pk=partner.pk).update(is_staff=False)
    give_companies(user=partner, companies=[company], shows_amounts=False, actor="test")
    return {"operator": person(Role.OPERATOR), "partner": partner}


@pytest.fixture
def signed_in(people: dict[str, User]) -> Callable[[str], Client]:
    """A browser in which somebody has signed in at this door: `signed_in("/status/login/")`."""

    def make(door: str) -> Client:
        client = Client()
        answer = client.post(door, {"username": DOORS[door][0], "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return make


def statuses(client: Client) -> dict[str, int]:
    """What each part of the partner's page is answered."""
    return {part: client.get(f"{OWN}{part}", headers=BY_HTMX).status_code for part in PARTS}


@pytest.mark.parametrize("door", DOORS)
def test_no_script_and_no_other_site_gets_the_cookie(door: str, signed_in: Callable[[str], Client]) -> None:
    cookie = signed_in(door).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", SIGNED_IN_FOR.total_seconds())


@pytest.mark.parametrize("door", DOORS)
def test_a_session_ends_twelve_hours_after_signing_in_however_it_is_used(
    door: str, signed_in: Callable[[str], Client]
) -> None:
    page = DOORS[door][1]
    client, start = signed_in(door), timezone.now()

    for hours in (6, 11):
        with travel(start + datetime.timedelta(hours=hours)):
            assert client.get(page).status_code == 200
    with travel(start + SIGNED_IN_FOR + datetime.timedelta(minutes=1)):
        assert client.get(page).status_code == 302


def test_signing_in_gives_the_session_a_new_name(people: dict[str, User]) -> None:
    """What somebody put into the browser before is worth nothing after."""
    client = Client()
    client.force_login(people["partner"])
    before = client.session.session_key

    client.post("/admin/login/", {"username": "operator", "password": PASSWORD})

    assert client.session.session_key not in (None, before)
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", ["made inactive", "given another password"])
def test_out_at_the_next_request(
    what: str, door: str, people: dict[str, User], signed_in: Callable[[str], Client]
) -> None:
    name, page = DOORS[door]
    client = signed_in(door)
    assert client.get(page).status_code == 200

    user = people[name]
    if what == "made inactive":
        user.is_active = False
    else:
        user.set_password("another long test password")
    user.save()

    assert (client.get(page).status_code, client.get("/api/v1/companies/").status_code) == (302, 401)


def test_an_inactive_partner_gets_no_file_and_is_told_so_on_the_open_page(
    people: dict[str, User], signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("/status/login/")
    assert statuses(client)[""] == 200

    User.objects.filter(pk=people["partner"].pk).update(is_active=False)

    assert statuses(client) == {"": 302, "live/": 286, "failing.csv": 302}
    assert "You are signed out." in client.get(f"{OWN}live/", headers=BY_HTMX).text
    assert client.post("/status/login/", {"username": "partner", "password": PASSWORD}).status_code == 200


def test_a_partner_who_loses_a_company_is_out_of_it_and_goes_on_with_the_others(
    people: dict[str, User], other_company: Company, company: Company, signed_in: Callable[[str], Client]
) -> None:
    give_companies(user=people["partner"], companies=[company, other_company], shows_amounts=False, actor="test")
    client = signed_in("/status/login/")
    assert statuses(client)["failing.csv"] == 200

    give_companies(user=people["partner"], companies=[other_company], shows_amounts=False, actor="test")

    assert statuses(client) == {"": 404, "live/": 286, "failing.csv": 404}
    assert "This is no longer there." in client.get(f"{OWN}live/", headers=BY_HTMX).text
    assert client.get("/status/companies/200/").status_code == 200


def test_a_partner_who_loses_the_role_sees_no_company(
    people: dict[str, User], signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("/status/login/")

    people["partner"].groups.remove(Group.objects.get(name=Role.PARTNER.value))

    assert statuses(client) == {"": 403, "live/": 286, "failing.csv": 403}


def test_who_may_no_longer_sign_in_to_the_admin_is_out_of_it(
    people: dict[str, User], signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("/admin/login/")

    User.objects.filter(pk=people["operator"].pk).update(is_staff=False)

    assert client.get("/admin/").status_code == 302


def test_purge_removes_sessions_that_are_over(people: dict[str, User], signed_in: Callable[[str], Client]) -> None:
    over, running = (signed_in("/admin/login/").session.session_key for _ in range(2))
    Session.objects.filter(pk=over).update(expire_date=timezone.now() - datetime.timedelta(minutes=1))

    call_command("purge", "--older-than", "13mo")

    assert [row.pk for row in Session.objects.all()] == [running]
