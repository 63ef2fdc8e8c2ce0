"""Parts of a page that keep themselves fresh: what a poll is answered, when it ends, and with which words."""

import re
import time
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.synchronisation.models import RunState, SynchronisationRun

LIST = "/admin/synchronisation/synchronisationrun/"
STOP = 286


@pytest.fixture
def operator(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.OPERATOR))
    return client


@pytest.fixture
def run(configuration: IntacctConfiguration) -> SynchronisationRun:
    return SynchronisationRun.objects.create(
        connection=configuration, object="CUSTOMER", state=RunState.WAITING, started_by="test"
    )


def polled(text: str) -> str:
    """The address that the page asks; empty where it asks no more."""
    found = re.search(r'hx-get="([^"]+)" hx-trigger', text)
    return unescape(found[1]) if found else ""


def end(run: SynchronisationRun) -> None:
    SynchronisationRun.objects.filter(pk=run.pk).update(state=RunState.FINISHED, done=7, finished_at=timezone.now())


def test_a_poll_is_answered_when_something_is_new_and_ends_when_nothing_can_be(
    operator: Client, run: SynchronisationRun
) -> None:
    address = polled(operator.get(f"{LIST}{run.pk}/change/").text)
    unchanged = operator.get(address)
    assert (unchanged.status_code, unchanged.content) == (204, b"")

    SynchronisationRun.objects.filter(pk=run.pk).update(done=3)
    moved = operator.get(address)
    assert moved.status_code == 200
    assert "3 are in Sage Intacct" in moved.text
    assert polled(moved.text) not in ("", address)

    end(run)
    ended = operator.get(polled(moved.text))
    assert ended.status_code == STOP
    assert "7 are in Sage Intacct" in ended.text
    assert 'data-said="Customers: Finished' in ended.text
    assert polled(ended.text) == ""


@pytest.mark.parametrize("since", ["1", "x", str(int(time.time()) + 10**6)], ids=["hours ago", "no time", "the future"])
def test_a_page_left_open_says_that_it_no_longer_looks(operator: Client, run: SynchronisationRun, since: str) -> None:
    answer = operator.get(f"{LIST}{run.pk}/progress/", {"since": since})
    assert answer.status_code == STOP
    assert "no longer looks for changes by itself" in answer.text
    assert polled(answer.text) == ""
    again = operator.get(f"{LIST}{run.pk}/progress/")
    assert again.status_code == 200
    assert polled(again.text)


def test_signed_out_there_are_words_and_no_sign_in_page(operator: Client, run: SynchronisationRun) -> None:
    address = polled(operator.get(f"{LIST}{run.pk}/change/").text)
    operator.logout()
    answer = operator.get(address, headers={"HX-Request": "true", "HX-Target": "run-progress"})
    assert answer.status_code == STOP
    assert "You are signed out." in answer.text
    assert 'id="run-progress"' in answer.text
    assert "password" not in answer.text.lower()


def test_who_may_not_and_what_is_gone_end_with_words(
    operator: Client, run: SynchronisationRun, client: Client, person: Callable[[Role], User]
) -> None:
    gone = operator.get(f"{LIST}no-such-run/progress/")
    assert (gone.status_code, "This is no longer there." in gone.text) == (STOP, True)
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger", is_staff=True))
    refused = stranger.get(f"{LIST}{run.pk}/progress/")
    assert (refused.status_code, "You may no longer see this." in refused.text) == (STOP, True)


def test_looking_does_not_keep_a_session(operator: Client, run: SynchronisationRun) -> None:
    address = polled(operator.get(f"{LIST}{run.pk}/change/").text)
    ends = Session.objects.get().expire_date
    answer = operator.get(address)
    assert Session.objects.get().expire_date == ends
    assert not answer.cookies


def test_a_list_asks_once_for_all_its_open_rows(
    operator: Client, run: SynchronisationRun, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    address = polled(operator.get(LIST).text)
    assert operator.get(address).status_code == 204
    end(run)
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]
        answer = operator.get(address)
    assert answer.status_code == STOP
    cell = re.search(rf'<div id="state-{run.pk}" hx-swap-oob="true">(.*?)</div>', answer.text, re.DOTALL)
    assert cell is not None
    assert "Finished" in cell[1]
    assert "No row of this page is on its way any more." in answer.text
    assert polled(operator.get(LIST).text) == "", "nothing is open: nothing is asked"
