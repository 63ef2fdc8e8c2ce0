"""Wrong passwords are counted by the address they came from, at every page that takes one; then one has to wait."""

import datetime
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisGone
from time_machine import Traveller, travel

from apps.access.roles import Role
from tests.conftest import Person

pytestmark = pytest.mark.django_db
ADMIN, STATUS = "/admin/login/", "/status/login/"
DOORS = (ADMIN, STATUS)
OWN_PASSWORD = "/admin/password_change/"
PASSWORD = "a long test password"
NOW = datetime.datetime(2026, 11, 29, 12, 0, 18, tzinfo=datetime.UTC)
"""42 seconds before the next minute."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    caches["throttles"].clear()
    with travel(NOW, tick=False) as traveller:
        yield traveller
    caches["throttles"].clear()


@pytest.fixture
def operator(person: Person) -> User:
    return person(Role.OPERATOR)


def sign_in(
    door: str, password: str = PASSWORD, name: str = "operator", address: str = "192.0.2.1", **sent: Any
) -> Any:
    """From a browser of its own, which keeps nothing between two tries."""
    return Client(REMOTE_ADDR=address).post(door, {"username": name, "password": password}, **sent)


def guess(door: str, times: int = 10, **more: Any) -> list[Any]:
    return [sign_in(door, password=f"guess {number}", **more) for number in range(times)]


@pytest.mark.parametrize("door", DOORS)
def test_the_right_password_opens_the_door(door: str, operator: User) -> None:
    assert guess(door, times=9)[-1].status_code == 200

    answer = sign_in(door)

    assert (answer.status_code, answer["Location"].startswith(door.removesuffix("login/"))) == (302, True)
    assert answer.wsgi_request.user == operator


@pytest.mark.parametrize("door", DOORS)
def test_after_ten_wrong_ones_the_right_one_has_to_wait_too(door: str, operator: User, clock: Traveller) -> None:
    assert {answer.status_code for answer in guess(door)} == {200}

    with CaptureQueriesContext(connection) as captured:
        answer = sign_in(door)

    assert (answer.status_code, answer["Retry-After"]) == (429, "42")
    assert "Too many wrong passwords came from your network. Wait 42 seconds, then try again." in answer.text
    assert 'role="alert"' in answer.text
    assert "sessionid" not in answer.cookies
    assert [query["sql"] for query in captured if "auth_user" in query["sql"]] == [], "nobody's password is looked at"
    clock.shift(42)
    assert sign_in(door).status_code == 302


def test_it_is_told_in_the_readers_language(operator: User) -> None:
    guess(ADMIN)

    for door in DOORS:
        answer = sign_in(door, headers={"Accept-Language": "fr"})
        assert "Trop de mots de passe erronés sont venus de votre réseau. Attendez 42 secondes" in answer.text


def test_all_doors_count_together(operator: User) -> None:
    guess(ADMIN, times=5)
    guess(STATUS, times=5)

    assert [sign_in(door).status_code for door in DOORS] == [429, 429]


def test_nobody_is_locked_out_by_guesses_from_elsewhere(operator: User) -> None:
    """A name is no counter: who knows one could keep its person out, from anywhere, for as long as he likes."""
    for number in range(20):
        guess(ADMIN, address=f"198.51.100.{number}")

    assert sign_in(ADMIN).status_code == 302


def test_another_name_from_there_has_to_wait_as_well(operator: User, person: Person) -> None:
    person(Role.AUDITOR)
    guess(ADMIN)

    assert sign_in(ADMIN, name="auditor").status_code == 429


def test_who_is_signed_in_works_on(operator: User) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.1")
    browser.post(ADMIN, {"username": "operator", "password": PASSWORD})

    guess(ADMIN)

    assert browser.get("/admin/").status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_a_name_that_is_not_there_is_answered_alike(door: str, operator: User) -> None:
    def told(name: str) -> tuple[int, list[str]]:
        (answer,) = guess(door, times=1, name=name)
        return answer.status_code, answer.context["form"].non_field_errors()

    assert told("operator") == told("nobody")


def test_the_right_password_at_the_wrong_door_counts(person: Person) -> None:
    """Else the admin's door would tell a partner's password without end."""
    partner = person(Role.PARTNER)
    User.objects.filter(pk=partner.pk).update(is_staff=False)

    answers = [sign_in(ADMIN, name="partner") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


@pytest.mark.parametrize("door", DOORS)
def test_an_empty_form_is_no_guess(door: str, operator: User) -> None:
    empty = [sign_in(door, name="", password="") for _ in range(11)]

    assert {answer.status_code for answer in empty} == {200}
    assert sign_in(door).status_code == 302


def test_a_header_does_not_make_it_another_address(operator: User) -> None:
    for number in range(10):
        guess(ADMIN, times=1, headers={"X-Forwarded-For": f"203.0.113.{number}"})

    assert sign_in(ADMIN, headers={"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(operator: User) -> None:
    def answers(client: str) -> list[int]:
        heard = [{"X-Forwarded-For": f"203.0.113.{number}, {client}"} for number in range(10)]
        return [guess(ADMIN, times=1, headers=one)[0].status_code for one in heard]

    with override_settings(REST_FRAMEWORK={**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}):
        assert answers("198.51.100.1") == [200] * 10
        assert sign_in(ADMIN, headers={"X-Forwarded-For": "203.0.113.99, 198.51.100.1"}).status_code == 429
        assert sign_in(ADMIN, headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 302


def test_addresses_of_one_ipv6_network_are_one(operator: User) -> None:
    for number in range(10):
        guess(ADMIN, times=1, address=f"2001:db8::{number:x}")

    assert sign_in(ADMIN, address="2001:db8::ffff").status_code == 429
    assert sign_in(ADMIN, address="2001:db8:0:1::1").status_code == 302


def test_the_log_says_it_once_and_not_what_was_typed(operator: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="apps.access"):
        guess(ADMIN, name="typed-by-mistake", times=15)

    assert [record.getMessage() for record in caplog.records if record.name == "apps.access.limits"] == [
        "10 wrong passwords came from 192.0.2.1 within a minute: no password from there is looked at for 42 seconds"
    ]
    assert "typed-by-mistake" not in caplog.text
    assert "guess" not in caplog.text


def test_while_redis_does_not_answer_everybody_can_sign_in(
    operator: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise RedisGone("no route to redis")

    for name in ("get", "incr"):
        monkeypatch.setattr(type(caches["throttles"]), name, gone)
    guess(ADMIN, times=11)

    assert sign_in(ADMIN).status_code == 302
    assert "wrong passwords are not counted: ConnectionError" in caplog.text


class TestOnesOwnPassword:
    """Who sits down at somebody's desk guesses there, to stay in."""

    NEW = "another long test password"

    @pytest.fixture
    def desk(self, operator: User) -> Client:
        client = Client(REMOTE_ADDR="192.0.2.1")
        client.force_login(operator)
        return client

    def change(self, desk: Client, old: str, new: str = NEW) -> Any:
        return desk.post(OWN_PASSWORD, {"old_password": old, "new_password1": new, "new_password2": new})

    def test_is_changed_by_who_knows_it(self, desk: Client) -> None:
        assert self.change(desk, PASSWORD)["Location"] == "/admin/password_change/done/"
        assert desk.get("/admin/password_change/done/").status_code == 200
        assert sign_in(ADMIN, password=self.NEW).status_code == 302

    def test_guesses_count_as_at_the_other_doors(self, desk: Client, clock: Traveller) -> None:
        assert {self.change(desk, f"guess {number}").status_code for number in range(10)} == {200}

        answer = self.change(desk, PASSWORD)

        assert (answer.status_code, answer["Retry-After"]) == (429, "42")
        assert "Too many wrong passwords came from your network. Wait 42 seconds, then try again." in answer.text
        assert sign_in(ADMIN).status_code == 429
        clock.shift(42)
        assert self.change(desk, PASSWORD).status_code == 302

    def test_a_new_one_that_is_too_weak_is_no_guess(self, desk: Client) -> None:
        assert {self.change(desk, PASSWORD, new="1234").status_code for _ in range(11)} == {200}
        assert sign_in(ADMIN).status_code == 302
