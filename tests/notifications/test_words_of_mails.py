"""Mails in the words of their reader, stored reasons and names of master data among them."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.health import pause
from apps.delivery.states import State
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.services.digests import send_test_digest
from apps.notifications.services.send_mails import work_mails
from tests.factories.mails import alert, digest
from tests.factories.masterdata import IntegrationStateFactory
from tests.notifications.conftest import Ends
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db


def test_an_alert_gives_its_reason_in_its_language_and_the_audit_trail_in_the_readers(
    admin_client: Client,
    configuration: IntacctConfiguration,
    mail_server: MailServer,
) -> None:
    pause(connection=configuration, reason="Paused by admin.", next_step="Resume it under Connection health.")
    alert(AlertKind.CONNECTION_DOWN, name="Intacct", language="fr")
    work_mails()
    assert "La raison : Mis en pause par admin." in mail_server.arrived[0].text.replace("\xa0", " ")
    address = reverse("admin:foundation_auditentry_changelist")
    trail = admin_client.get(address, headers={"Accept-Language": "fr"}).content.decode().replace("\xa0", " ")
    assert "Alerte déclenchée" in trail
    assert "rien n’est envoyé. La raison : Mis en pause par admin." in trail


def test_an_error_rate_is_told_in_hours_and_with_the_readers_percent(
    configuration: IntacctConfiguration,
    ends: Ends,
    mail_server: MailServer,
) -> None:
    for state in (State.ERROR, State.POSTED):
        ends(state, minutes_ago=1)
    alert(AlertKind.ERROR_RATE, percent=1, least_number=2, minutes=1440, language="fr")
    work_mails()
    told = mail_server.arrived[0].text.replace("\xa0", " ")
    assert "Documents en erreur en 24 heures : 1 sur 2 (50 %) ; les autres ont été comptabilisés." in told


def test_a_digest_names_master_data_and_writes_colons_as_its_reader_does(
    configuration: IntacctConfiguration,
    mail_server: MailServer,
) -> None:
    IntegrationStateFactory(connection=configuration, node="supplier", status="error", last_message="No.")
    for language in ("fr", "de"):
        send_test_digest(digest=digest(name=language, language=language, is_active=False), actor="anna")
    work_mails()
    french, german = (mail.text for mail in mail_server.arrived)
    assert "Fournisseur\xa0: 1" in french
    assert "Lieferant: 1" in german
