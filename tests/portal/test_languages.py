"""Pages are in their reader's language; what machines read, and what is stored, is in English."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.organisation.models import Company
from tests.conftest import ClientOf

pytestmark = pytest.mark.django_db

LANGUAGES = ("en-gb", "fr", "de")


def shown(words: str, **values: Any) -> str:
    return Template("{% load money counts %}" + words).render(Context(values))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("fr-CH, fr;q=0.9", "fr"),
        ("de-AT", "de"),
        ("en-US", "en-gb"),
        ("ja", "en-gb"),
    ],
)
def test_the_sign_in_page_is_in_the_browsers_language(client: Client, asked: str, answered: str) -> None:
    page = client.get(reverse("admin:login"), headers={"Accept-Language": asked})
    assert page["Content-Language"] == answered
    assert f'<html lang="{answered}"' in page.content.decode()


def test_a_chosen_language_is_kept_and_goes_before_the_browsers(admin_client: Client) -> None:
    chosen = admin_client.post(reverse("set_language"), {"language": "de", "next": reverse("admin:index")})
    assert chosen["Location"] == reverse("admin:index")
    assert chosen.cookies["portal_language"]["httponly"]
    page = admin_client.get(reverse("admin:index"), headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="de"' in page
    for name in ("English", "Français", "Deutsch"):
        assert name in page


def test_rest_is_in_english_whatever_is_asked_for(client_of: ClientOf, company: Company) -> None:
    client = client_of(company)
    in_english = client.get("/api/v1/postings/?state=nothing")
    in_french = client.get("/api/v1/postings/?state=nothing", headers={"Accept-Language": "fr"})
    assert in_french.status_code == in_english.status_code == 422
    assert in_french.json() == in_english.json()
    assert "Content-Language" not in in_french


@pytest.mark.parametrize(
    ("language", "amount", "rate", "day", "moment", "number"),
    [
        ("en-gb", "1,234.50", "0.00125", "3 Feb 2026", "3 Feb 2026, 14:05:09", "12,345"),
        ("fr", "1\xa0234,50", "0,00125", "3 fév. 2026", "3 fév. 2026, 14:05:09", "12\xa0345"),
        ("de", "1.234,50", "0,00125", "3. Feb. 2026", "3. Feb. 2026, 14:05:09", "12.345"),
    ],
)
def test_amounts_dates_and_counts_are_written_as_the_reader_does(
    language: str, amount: str, rate: str, day: str, moment: str, number: str
) -> None:
    at = datetime.datetime(2026, 2, 3, 14, 5, 9, tzinfo=datetime.UTC)
    with translation.override(language):
        assert shown("{{ x|money:'EUR' }}", x=Decimal("1234.5")) == amount
        assert shown("{{ x|plain }}", x=Decimal("0.00125000")) == rate
        assert shown("{{ x|date:'DATE_FORMAT' }}", x=at.date()) == day
        assert shown("{{ x|date:'DATETIME_TO_THE_SECOND' }}", x=at) == moment
        assert shown("{{ x|counted }}", x=12345) == number
        assert shown("{{ x }}", x=12345) == "12345", "a record's number is no amount"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_keeps_all_its_decimals(language: str) -> None:
    with translation.override(language):
        assert len(shown("{{ x|money:'EUR' }}", x=Decimal("0.123456"))) == len("0.123456")
