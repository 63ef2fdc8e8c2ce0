"""How often a client may call, and what each answer says about it (draft-ietf-httpapi-ratelimit-headers)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import override_settings
from redis.exceptions import ConnectionError as RedisGone
from rest_framework.test import APIClient

from apps.access import limits
from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice

pytestmark = pytest.mark.django_db
URL = "/api/v1/companies/"


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """The time of the counters stands 18 seconds after a full minute; `minute(60)` is a minute later."""
    base = 1_800_000_000 // 60 * 60 + 18
    moments = [float(base)]
    monkeypatch.setattr(limits.time, "time", lambda: moments[-1])
    caches["throttles"].clear()
    yield lambda seconds: moments.append(base + seconds)
    caches["throttles"].clear()


def wrong_key(address: str = "192.0.2.1", key: str = "wrong.key") -> Any:
    return APIClient(REMOTE_ADDR=address, HTTP_AUTHORIZATION=f"Api-Key {key}").get(URL)


def test_every_answer_says_what_is_left(company: Company, client_of: ClientOf) -> None:
    client = client_of(company)

    answers = [client.get(URL), client.get(f"{URL}999/"), client.get("/api/v1/status/"), client.post(URL)]

    assert [answer.status_code for answer in answers] == [200, 404, 403, 405]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"default";q=600;w=60'}
    assert [answer["RateLimit"] for answer in answers] == [f'"default";r={left};t=42' for left in (599, 598, 597, 596)]


def test_above_the_limit_it_is_429_until_the_next_minute(
    company: Company, client_of: ClientOf, minute: Callable[[float], None]
) -> None:
    client = client_of(company, requests_per_minute=2)
    assert [client.get(URL).status_code for _ in range(2)] == [200, 200]

    refused = client.get(URL)

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["status"]) == (429, "throttled", 429)
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused["Retry-After"], refused["RateLimit"]) == ("42", '"default";r=0;t=42')
    assert "2 requests a minute" in problem["detail"]
    assert "42 seconds" in problem["next_step"]
    minute(42)
    assert client.get(URL).status_code == 200


def test_each_client_has_its_own(company: Company, client_of: ClientOf) -> None:
    first, second = (client_of(company, requests_per_minute=1) for _ in range(2))

    assert [first.get(URL).status_code, first.get(URL).status_code, second.get(URL).status_code] == [200, 429, 200]


def test_a_bulk_request_counts_once(company: Company, configuration: IntacctConfiguration, client_of: ClientOf) -> None:
    answer = client_of(company).post("/api/v1/postings/bulk/", {"postings": [sales_invoice(), sales_invoice()]})

    assert answer["RateLimit"].startswith('"default";r=599;')


@pytest.mark.parametrize(("own", "said"), [(None, None), (5, '"default";q=5;w=60')])
def test_zero_is_no_limit_but_for_clients_with_their_own(
    company: Company, client_of: ClientOf, own: int | None, said: str | None
) -> None:
    with override_settings(API_REQUESTS_PER_MINUTE=0):
        answer = client_of(company, requests_per_minute=own).get(URL)

    assert (answer.status_code, answer.get("RateLimit-Policy")) == (200, said)


def test_somebody_signed_in_to_the_admin_is_not_counted(person: Callable[[Role], User], company: Company) -> None:
    browser = APIClient()
    browser.force_login(person(Role.OPERATOR))

    with override_settings(API_REQUESTS_PER_MINUTE=1):
        answers = [browser.get(URL) for _ in range(2)]

    assert [(answer.status_code, "RateLimit" in answer) for answer in answers] == [(200, False)] * 2


def test_threads_lose_no_count() -> None:
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda _: limits._count("a-client"), range(400)))

    assert Counter(one[0] for one in counted if one) == Counter(range(1, 401))


def test_without_redis_nothing_is_refused(
    company: Company, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise RedisGone("no route to redis")

    monkeypatch.setattr(type(caches["throttles"]), "incr", gone)

    answer = client_of(company, requests_per_minute=1).get(URL)

    assert (answer.status_code, "RateLimit" in answer) == (200, False)


class TestKeysThatFail:
    def test_after_sixty_a_minute_an_address_is_told_to_wait(self, db: None, minute: Callable[[float], None]) -> None:
        codes = Counter(wrong_key().status_code for _ in range(62))

        assert codes == {401: 60, 429: 2}
        refused = wrong_key()
        assert (refused.json()["code"], refused["Retry-After"]) == ("throttled", "42")
        assert re.search(r"60 keys .* from this address", refused.json()["detail"])
        assert wrong_key("192.0.2.2").status_code == 401
        minute(42)
        assert wrong_key().status_code == 401

    def test_a_key_that_works_is_not_refused_for_them(self, company: Company, client_of: ClientOf) -> None:
        for _ in range(61):
            wrong_key("127.0.0.1")

        assert client_of(company).get(URL).status_code == 200

    def test_addresses_of_one_ipv6_network_are_one(self, db: None) -> None:
        codes = Counter(wrong_key(f"2001:db8::{number:x}").status_code for number in range(61))

        assert codes == {401: 60, 429: 1}
