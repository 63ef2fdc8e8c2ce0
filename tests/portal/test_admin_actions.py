"""What the admin's buttons do: by POST only, with permission only, and with words for what came of it."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.roles import Role
from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery
from apps.delivery.states import State
from apps.organisation.models import Company
from apps.postings.api.reading import read_document
from apps.postings.models import Posting
from apps.postings.services.submit import submit
from tests.factories.documents import sales_shipment

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])

LIST = "admin:postings_posting_changelist"
PROBLEM = {"kind": "refused", "code": "BL01", "detail": "The period is closed.", "next_step": "Open it.", "errors": []}


@pytest.fixture
def signed_in(person: Callable[[Role], User]) -> Callable[[Role], Client]:
    def make(role: Role) -> Client:
        client = Client()
        client.force_login(person(role))
        return client

    return make


@pytest.fixture
def posting(company: Company, configuration: IntacctConfiguration, viewer: Viewer) -> Callable[[State], Posting]:
    """A posting that is pending, or that Intacct refused: `posting(State.ERROR)`."""

    def make(state: State) -> Posting:
        made = submit(document=read_document(sales_shipment()), viewer=viewer).posting_id
        mine = Delivery.objects.filter(target_document__posting=made)
        if state == State.ERROR:
            mine.update(state=State.SENDING, lease_token="test", lease_until=timezone.now())
            assert Delivery.objects.move(mine.get().pk, from_=[State.SENDING], to=State.ERROR, problem=PROBLEM)
        return Posting.objects.get(pk=made)

    return make


def state_of(posting: Posting) -> State:
    return Posting.objects.with_state().get(pk=posting.pk).state


def press(client: Client, posting: Posting, button: str, **given: str) -> Any:
    return client.post(reverse(f"admin:postings_posting_{button}", args=[posting.pk]), given)


def test_retry_sends_a_posting_in_error_again(
    posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]
) -> None:
    refused = posting(State.ERROR)
    client = signed_in(Role.OPERATOR)
    assert "Open it." in client.get(reverse("admin:postings_posting_change", args=[refused.pk])).text
    answer = press(client, refused, "retry")
    assert answer["Location"] == reverse("admin:postings_posting_change", args=[refused.pk])
    assert state_of(refused) == State.PENDING
    assert "It is on its way again." in client.get(answer["Location"]).text


def test_retry_of_what_is_not_in_error_says_so_and_changes_nothing(
    posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]
) -> None:
    pending = posting(State.PENDING)
    client = signed_in(Role.OPERATOR)
    answer = press(client, pending, "retry")
    assert "is not in error: it is pending" in client.get(answer["Location"]).text
    assert state_of(pending) == State.PENDING


@pytest.mark.parametrize("button", ["retry", "cancel"])
def test_nothing_moves_by_looking(
    button: str, posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]
) -> None:
    refused = posting(State.ERROR)
    answer = signed_in(Role.INTEGRATION_ADMIN).get(reverse(f"admin:postings_posting_{button}", args=[refused.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert state_of(refused) == State.ERROR


@pytest.mark.parametrize(
    ("button", "role"),
    [
        pytest.param("retry", Role.AUDITOR, id="an auditor retries nothing"),
        pytest.param("retry", Role.PARTNER, id="a partner retries nothing"),
        pytest.param("cancel", Role.AUDITOR, id="an auditor cancels nothing"),
        pytest.param("cancel", Role.OPERATOR, id="an operator cancels nothing"),
    ],
)
def test_who_may_not_is_refused_and_sees_no_button(
    button: str, role: Role, posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]
) -> None:
    refused = posting(State.ERROR)
    client = signed_in(role)
    address = reverse(f"admin:postings_posting_{button}", args=[refused.pk])
    # To the admin a partner is a stranger: he is sent to sign in.
    assert client.post(address, {"confirmed": "yes"}).status_code == (302 if role == Role.PARTNER else 403)
    assert state_of(refused) == State.ERROR
    assert address not in client.get(reverse("admin:postings_posting_change", args=[refused.pk])).text


def test_a_button_without_its_token_is_refused(
    posting: Callable[[State], Posting], person: Callable[[Role], User]
) -> None:
    refused = posting(State.ERROR)
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.INTEGRATION_ADMIN))
    assert press(client, refused, "retry").status_code == 403
    assert state_of(refused) == State.ERROR


def test_cancel_asks_first(posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]) -> None:
    pending = posting(State.PENDING)
    client = signed_in(Role.INTEGRATION_ADMIN)
    assert "Yes, cancel this posting" in press(client, pending, "cancel").text
    assert state_of(pending) == State.PENDING
    press(client, pending, "cancel", confirmed="yes")
    assert state_of(pending) == State.CANCELLED


@pytest.mark.parametrize(("action", "ends"), [("retry_selected", State.PENDING), ("cancel_selected", State.CANCELLED)])
def test_an_action_on_several_names_them_and_asks_first(
    action: str, ends: State, posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]
) -> None:
    several = [posting(State.ERROR) for _ in range(3)]
    client = signed_in(Role.INTEGRATION_ADMIN)
    chosen = {"action": action, "index": "0", ACTION_CHECKBOX_NAME: [one.pk for one in several]}
    asked = client.post(reverse(LIST), chosen).text
    assert all(one.number in asked for one in several)
    assert {state_of(one) for one in several} == {State.ERROR}
    client.post(reverse(LIST), {**chosen, "confirmed": "yes"})
    assert {state_of(one) for one in several} == {ends}


def test_an_auditor_has_no_actions_on_several(
    posting: Callable[[State], Posting], signed_in: Callable[[Role], Client]
) -> None:
    refused = posting(State.ERROR)
    client = signed_in(Role.AUDITOR)
    chosen = {"action": "retry_selected", "index": "0", ACTION_CHECKBOX_NAME: [refused.pk], "confirmed": "yes"}
    client.post(reverse(LIST), chosen)
    assert state_of(refused) == State.ERROR


def test_only_an_integration_admin_pauses_and_resumes(
    configuration: IntacctConfiguration, signed_in: Callable[[Role], Client]
) -> None:
    health = ConnectionHealth.objects.create(connection=configuration)
    pause = reverse("admin:delivery_connectionhealth_pause", args=[health.pk])
    assert signed_in(Role.OPERATOR).post(pause).status_code == 403
    health.refresh_from_db()
    assert health.flow == "flowing"
    client = signed_in(Role.INTEGRATION_ADMIN)
    assert client.get(pause).status_code == 405
    client.post(pause)
    health.refresh_from_db()
    assert health.flow == "paused"
    client.post(reverse("admin:delivery_connectionhealth_resume", args=[health.pk]))
    health.refresh_from_db()
    assert health.flow == "flowing"


@pytest.fixture
def key_changed(configuration: IntacctConfiguration, settings: Any) -> IntacctConfiguration:
    """The stored passwords were written with a key that is gone."""
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    return configuration


def test_an_unreadable_password_is_said_on_the_configuration_and_can_be_entered_again(
    key_changed: IntacctConfiguration, signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(Role.INTEGRATION_ADMIN)
    address = reverse("admin:configuration_intacctconfiguration_change", args=[key_changed.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert "A stored password can&#x27;t be read" in page.text.replace("can't", "can&#x27;t")
    assert "PORTAL_ENCRYPTION_KEYS" in page.text

    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {f"{grid}-{count}_FORMS": "0" for grid in ("countries", "smart_events") for count in ("TOTAL", "INITIAL")}
    refused = client.post(address, form)
    assert set(refused.context["adminform"].form.errors) == {"user_password", "sender_password"}

    client.post(address, {**form, "user_password": "new", "sender_password": "new too"})
    kept = IntacctConfiguration.objects.get(pk=key_changed.pk)
    assert (kept.user_password, kept.sender_password) == ("new", "new too")


def test_a_test_of_an_unreadable_password_says_what_to_do(
    key_changed: IntacctConfiguration, signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(Role.INTEGRATION_ADMIN)
    answer = client.post(
        reverse("admin:configuration_intacctconfiguration_test_connection", args=[key_changed.pk]), follow=True
    )
    assert answer.status_code == 200
    assert "be read with the keys of PORTAL_ENCRYPTION_KEYS" in answer.text


def test_an_unreadable_password_breaks_no_page(
    posting: Callable[[State], Posting],
    configuration: IntacctConfiguration,
    settings: Any,
    signed_in: Callable[[Role], Client],
) -> None:
    refused = posting(State.ERROR)
    health, _ = ConnectionHealth.objects.get_or_create(connection=configuration)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    client = signed_in(Role.INTEGRATION_ADMIN)
    addresses = [
        reverse("admin:index"),
        reverse(LIST),
        reverse("admin:postings_posting_change", args=[refused.pk]),
        reverse("admin:delivery_delivery_changelist"),
        reverse("admin:delivery_connectionhealth_changelist"),
        reverse("admin:delivery_connectionhealth_change", args=[health.pk]),
        reverse("admin:configuration_intacctconfiguration_changelist"),
        reverse("admin:synchronisation_synchronisationrun_changelist"),
        reverse("admin:configuration_intacctconfiguration_change", args=[configuration.pk]),
        reverse("admin:configuration_set_up"),
        reverse("admin:configuration_set_up_file"),
        reverse("admin:status_connection"),
        reverse("admin:options_option_changelist"),
        reverse("admin:masterdata_entity_changelist"),
        reverse("admin:masterdata_customer_add"),
        reverse("admin:delivery_integrationstate_changelist"),
    ]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_a_page_that_needs_the_password_says_that_it_cannot_be_read(
    key_changed: IntacctConfiguration, signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(Role.INTEGRATION_ADMIN)
    answer = client.post(reverse("admin:synchronisation_synchronisationrun_start", args=["ACCOUNT"]))
    assert answer.status_code == 503
    assert "PORTAL_ENCRYPTION_KEYS" in answer.text
    assert "Open the configuration" in answer.text
