"""How far the sending is, on the page of a connection's health: figures, why nothing moves, and an end."""

import datetime
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import State
from apps.options.models import Option

ADDRESS = "/admin/delivery/connectionhealth/"
STOP = 286


def put(connection: IntacctConfiguration, number: int, state: State, **more: object) -> Delivery:
    name = f"SI-{number}"
    return Delivery.objects.create(
        connection=connection, kind="posting", object_name="ARINVOICE", natural_key=name, number=name, key=name,
        integration_level="TOP", control_id=name, state=state, due_at=timezone.now(), **more,
    )  # fmt: skip


@pytest.fixture
def health(intacct_on: Option, configuration: IntacctConfiguration) -> ConnectionHealth:
    """Two wait, one is held, and three went since; a worker works."""
    WorkerHeartbeat.objects.create(worker="host:1", beaten_at=timezone.now())
    for number in range(2):
        put(configuration, number, State.PENDING)
    put(configuration, 2, State.HELD)
    for number in range(3, 6):
        soon = timezone.now() + datetime.timedelta(seconds=1)
        put(configuration, number, State.POSTED, record_no=str(number), posted_at=soon)
    return ConnectionHealth.objects.create(connection=configuration)


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_it_says_how_many_wait_how_many_went_and_how_long_it_may_take(admin: Client, health: ConnectionHealth) -> None:
    page = admin.get(f"{ADDRESS}{health.pk}/change/").text
    words = text_of(page)
    assert "2 wait to be sent." in words
    assert "when the oldest of them was submitted: 3." in words
    assert "6 a minute go out. About 1 minute left." in words
    assert "1 more is held until what it waits for is in Sage Intacct." in words
    assert '<progress class="portal-progress" max="5" value="3"' in page


def test_the_part_alone_costs_as_many_queries_for_many_as_for_few(
    admin: Client, health: ConnectionHealth, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(10, 30):
        put(health.connection, number, State.PENDING)
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        assert "22" in admin.get(f"{ADDRESS}{health.pk}/drain/").text


def test_it_ends_when_everything_is_sent(admin: Client, health: ConnectionHealth) -> None:
    address = unescape(re.findall(r'hx-get="([^"]+)"', admin.get(f"{ADDRESS}{health.pk}/change/").text)[0])
    Delivery.objects.filter(state=State.PENDING).update(state=State.CANCELLED)
    answer = admin.get(address)
    assert answer.status_code == STOP
    assert "Nothing waits to be sent." in answer.text
    assert 'data-said="Everything is sent."' in answer.text


def switched_off(health: ConnectionHealth) -> None:
    Option.objects.update(is_active=False)


def not_active(health: ConnectionHealth) -> None:
    IntacctConfiguration.objects.update(is_active=False)


def paused(health: ConnectionHealth) -> None:
    ConnectionHealth.objects.update(flow=Flow.PAUSED, reason="The password is wrong.", next_step="Correct it.")


def resting(health: ConnectionHealth) -> None:
    ConnectionHealth.objects.update(flow=Flow.RESTING, rest_until=timezone.now() + datetime.timedelta(minutes=5))


def silent(health: ConnectionHealth) -> None:
    WorkerHeartbeat.objects.update(beaten_at=timezone.now() - datetime.timedelta(minutes=10))


def not_due(health: ConnectionHealth) -> None:
    Delivery.objects.update(due_at=timezone.now() + datetime.timedelta(minutes=2))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (switched_off, "The option Sage Intacct is turned off: nothing is sent."),
        (not_active, "The configuration is not active: nothing is sent."),
        (paused, "Sending is paused: The password is wrong. What to do: Correct it."),
        (resting, "Sage Intacct did not answer several times. It is tried again at"),
        (silent, "No worker has worked for 10 minutes."),
        (not_due, "Nothing is due before"),
    ],
)
def test_where_nothing_moves_it_says_why(
    admin: Client, health: ConnectionHealth, happens: Callable[[ConnectionHealth], None], reason: str
) -> None:
    happens(health)
    words = text_of(admin.get(f"{ADDRESS}{health.pk}/drain/").text)
    assert f"Why nothing moves: {reason}" in words
    assert "minute left" not in words
