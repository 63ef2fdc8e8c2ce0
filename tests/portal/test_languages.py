"""Pages are in their reader's language; what machines read, and what is stored, is in English."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth
from apps.foundation.audit import AuditEntry
from apps.foundation.wording import translated
from apps.masterdata.models import Item
from apps.organisation.models import Company
from tests.conftest import ClientOf
from tests.factories.masterdata import ItemFactory

pytestmark = pytest.mark.django_db

LANGUAGES = ("en-gb", "fr", "de")
IN_FRENCH = {"Accept-Language": "fr"}


def shown(words: str, **values: Any) -> str:
    return Template("{% load money counts %}" + words).render(Context(values))


@pytest.mark.parametrize(
    ("asked", "answered", "words"),
    [
        ("fr-CH, fr;q=0.9", "fr", "Portail d’intégration"),
        ("de-AT", "de", "Integrationsportal"),
        ("en-US", "en-gb", "Integration portal"),
        ("ja", "en-gb", "Integration portal"),
    ],
)
def test_the_sign_in_page_is_in_the_browsers_language(client: Client, asked: str, answered: str, words: str) -> None:
    page = client.get(reverse("admin:login"), headers={"Accept-Language": asked})
    assert page["Content-Language"] == answered
    assert f'<html lang="{answered}"' in page.content.decode()
    assert words in page.content.decode()


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


def test_what_a_french_operator_does_is_stored_in_english_and_read_in_french(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    health = ConnectionHealth.objects.create(connection=configuration)
    pause = reverse("admin:delivery_connectionhealth_pause", args=[health.pk])
    answer = admin_client.post(pause, headers=IN_FRENCH, follow=True).content.decode().replace("\xa0", " ")
    health.refresh_from_db()
    assert health.reason == "Paused by admin."
    assert "En pause : les comptabilisations sont en suspens" in answer
    assert "Mis en pause par admin." in answer
    assert AuditEntry.objects.get(action="connection_paused").detail["reason"] == "Paused by admin."
    trail = admin_client.get(reverse("admin:foundation_auditentry_changelist"), headers=IN_FRENCH).content.decode()
    assert "Connexion mise en pause" in trail
    assert "Mis en pause par admin." in trail


def test_a_change_on_a_form_is_told_in_english(admin_client: Client, company: Company) -> None:
    address = reverse("admin:organisation_company_change", args=[company.pk])
    form = admin_client.get(address, headers=IN_FRENCH).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, False)}
    admin_client.post(address, {**values, "name": "Northfield SA"}, headers=IN_FRENCH)
    entry = AuditEntry.objects.get(action="company_changed")
    assert entry.detail["note"] == f"name: {company.name} → Northfield SA"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_reads_back_the_amount_that_it_shows(
    admin_client: Client, configuration: IntacctConfiguration, language: str
) -> None:
    item = ItemFactory(code="A", base_price=Decimal("1234.5"))
    address = reverse("admin:masterdata_item_change", args=[item.pk])
    form = admin_client.get(address, headers={"Accept-Language": language}).context["adminform"].form
    shown = {name: str(form[name].value()) for name in form.fields if form[name].value() not in (None, False)}
    saved = admin_client.post(address, {**shown, "name": "Pump"}, headers={"Accept-Language": language})
    assert saved.status_code == 302, saved.context["adminform"].form.errors
    assert Item.objects.get().base_price == Decimal("1234.5")


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (
            "Needs a person: the problem says what to do.",
            "Une intervention est nécessaire : le problème dit quoi faire.",
        ),
        ("Intacct created record 12345.", "Intacct a créé l’enregistrement 12345."),
        (
            "The customer of the document is inactive in Intacct. Intacct says: Customer 'A' is inactive.",
            "Le client du document est inactif dans Intacct. Intacct dit : Customer 'A' is inactive.",
        ),
        (
            "Sales invoice SI-1 is not in error: it is pending. Reload it to see its state.",
            "Facture de vente SI-1 n’est pas en erreur : son état est « en attente ». Rechargez-la pour voir son état.",
        ),
        ("What a person typed: 100% wool.", "What a person typed: 100% wool."),
        ("", ""),
    ],
)
def test_stored_words_are_found_again_whole_and_sentence_by_sentence(stored: str, read: str) -> None:
    with translation.override("fr"):
        assert translated(stored).replace("\xa0", " ") == read
    assert translated(stored) == stored, "in English they are as they are"
