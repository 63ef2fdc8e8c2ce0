"""Each page of the admin: who may open it, what it costs, and what must never be on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.models import ApiClient, ApiKey, SharedLink
from apps.access.roles import Role
from apps.access.services.clients import create_client
from apps.access.services.shared_links import create_link
from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Attempt, ConnectionHealth, Delivery, IntegrationState
from apps.delivery.states import Outcome, State
from apps.dimensions.models import (
    Attribute,
    AttributeType,
    CompanyRequirement,
    DefaultDimension,
    Dimension,
    DimensionType,
)
from apps.foundation import audit
from apps.mapping.models import ObjectMapping
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Account, Customer, Entity, Item, Journal, PaymentTerm, Supplier, TaxDetail
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.mail_rendering import alert_test
from apps.notifications.models import AlertRule, Digest, Mail, WebhookEndpoint, WebhookMessage
from apps.notifications.services.mails import write_mails
from apps.notifications.services.messages import send_test
from apps.options.models import Option
from apps.organisation.models import ChartOfAccounts, Company, Legislation, Site, TaxCategory, TaxSolution
from apps.organisation.services.delivered import load_organisation
from apps.postings.api.reading import read_document
from apps.postings.models import (
    IntegratedDocument,
    JournalEntryType,
    Posting,
    PostingClass,
    PostingClassAssignment,
    PostingClassDefinition,
)
from apps.postings.services.submit import submit
from apps.reconciliation.models import ReconciliationRun
from apps.sandbox.models import CustomPackage, ReceivedFunction, SmartEventLog, StoredRecord
from apps.status.models import CustomerFigure, Notice, SupplierFigure
from apps.status.services.roll_up import roll_up_figures
from apps.synchronisation.models import IncomingEvent, SynchronisationRun
from integration_portal.menu import MENU
from tests.factories.dimensions import (
    AttributeFactory,
    CompanyRequirementFactory,
    DefaultDimensionFactory,
    DimensionFactory,
)
from tests.factories.documents import sales_shipment
from tests.factories.mails import alert, digest
from tests.factories.masterdata import (
    CustomerFactory,
    IntegrationStateFactory,
    ItemFactory,
    JournalFactory,
    PaymentTermFactory,
    SupplierFactory,
    TaxDetailFactory,
)
from tests.factories.posting_classes import PostingClassAssignmentFactory
from tests.factories.taxes import EntityFactory
from tests.factories.webhooks import webhook

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])

ADMIN, OPERATOR, AUDITOR = Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR
HOUSE = frozenset({ADMIN, OPERATOR, AUDITOR})
MAY_OPEN: dict[type, frozenset[Role]] = {
    Posting: HOUSE,
    Delivery: HOUSE,
    Attempt: HOUSE,
    ConnectionHealth: HOUSE,
    SynchronisationRun: HOUSE,
    ReconciliationRun: HOUSE,
    IncomingEvent: HOUSE,
    Account: HOUSE,
    Journal: HOUSE,
    PaymentTerm: HOUSE,
    TaxDetail: HOUSE,
    AttributeType: HOUSE,
    Attribute: HOUSE,
    DimensionType: HOUSE,
    Dimension: HOUSE,
    CompanyRequirement: HOUSE,
    DefaultDimension: HOUSE,
    Item: HOUSE,
    Customer: HOUSE,
    Supplier: HOUSE,
    IntegrationState: HOUSE,
    IntegratedDocument: HOUSE,
    CustomerFigure: HOUSE,
    SupplierFigure: HOUSE,
    JournalEntryType: HOUSE,
    PostingClass: HOUSE,
    PostingClassAssignment: HOUSE,
    PostingClassDefinition: HOUSE,
    ObjectMapping: frozenset({ADMIN, AUDITOR}),
    ChartOfAccounts: HOUSE,
    TaxCategory: HOUSE,
    TaxSolution: HOUSE,
    Entity: HOUSE,
    Option: HOUSE,
    Company: HOUSE,
    Site: HOUSE,
    Legislation: HOUSE,
    IntacctConfiguration: frozenset({ADMIN, AUDITOR}),
    WebhookEndpoint: HOUSE,
    WebhookMessage: HOUSE,
    AlertRule: HOUSE,
    Digest: HOUSE,
    Mail: HOUSE,
    ApiClient: frozenset({ADMIN, AUDITOR}),
    SharedLink: frozenset({ADMIN, AUDITOR}),
    Notice: HOUSE,
    audit.AuditEntry: frozenset({ADMIN, AUDITOR}),
    User: frozenset({ADMIN}),
    Group: frozenset({ADMIN}),
    StoredRecord: frozenset({ADMIN}),
    ReceivedFunction: frozenset({ADMIN}),
    CustomPackage: frozenset({ADMIN}),
    SmartEventLog: frozenset({ADMIN}),
}
WITHOUT_PAGES_OF_THEIR_OWN = frozenset({Entity, IntegratedDocument, Option})
"""All of them are on their list."""
PASSWORD, SENDER_PASSWORD = "a-password-nobody-reads", "a-sender-password-nobody-reads"
PAGES_OF_THEIR_OWN = {
    "admin:options_option_changelist",
    "admin:configuration_set_up",
    "admin:configuration_set_up_file",
    "admin:status_connection",
    "status:companies",
}
"""Pages that are no lists; their roles are tested beside them."""
MOST_QUERIES = 22
"""For any list: session, person, role, counts, page; never one for each row."""


def name_of(model: Any, page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


@pytest.fixture
def signed_in(person: Callable[[Role], User]) -> Callable[[Role], Client]:
    """A browser's session of somebody in that role; the integration admin has the group only, no superuser."""

    def make(role: Role) -> Client:
        user = person(role)
        User.objects.filter(pk=user.pk).update(is_superuser=False)
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return make


@pytest.fixture
def add_posting(company: Company, configuration: IntacctConfiguration, viewer: Viewer) -> Callable[[], Posting]:
    """Submits a shipment and writes down an attempt that was refused."""

    def make() -> Posting:
        submission = submit(document=read_document(sales_shipment()), viewer=viewer)
        delivery = Delivery.objects.get(target_document__posting=submission.posting_id)
        now = timezone.now()
        Attempt.objects.create(
            delivery=delivery, number=1, epoch=1, control_id=delivery.control_id, payload_sha256="0" * 64,
            batch_id="b-1", worker="test", started_at=now, deadline_at=now, finished_at=now, outcome=Outcome.REFUSED,
            note="Refused.", request_xml="<request/>", response_xml="<response/>",
        )  # fmt: skip
        return Posting.objects.get(pk=submission.posting_id)

    return make


@pytest.fixture
def everything(add_posting: Callable[[], Posting], configuration: IntacctConfiguration) -> None:
    """A row on every page."""
    configuration.user_password, configuration.sender_password = PASSWORD, SENDER_PASSWORD
    configuration.save()
    add_posting()
    ConnectionHealth.objects.get_or_create(connection=configuration)
    JournalFactory()
    EntityFactory()
    PaymentTermFactory()
    ItemFactory()
    CustomerFactory()
    SupplierFactory()
    TaxDetailFactory()
    AttributeFactory()
    DimensionFactory()
    DefaultDimensionFactory(dimension_type_id="department")
    CompanyRequirementFactory(
        company=Company.objects.get(code="100"), dimension_type_id="department", is_required=False
    )
    PostingClassAssignmentFactory()
    IntegrationStateFactory(connection=configuration)
    load_organisation()
    ensure_object_mappings()
    SynchronisationRun.objects.create(connection=configuration, object="ACCOUNT", started_by="test")
    ReconciliationRun.objects.create(
        connection=configuration, first="2026-10-01", last="2026-10-31", covers_all=True, started_by="test",
        state="finished", finished_at=timezone.now(),
    )  # fmt: skip
    CustomPackage.objects.create(name="a package", document="<customErpPackage/>", imported_at=timezone.now())
    SmartEventLog.objects.create(smart_link_id="DMO_GLACCOUNT_SET", topic="SET_GLACCOUNT", target="https://a.example/")
    IncomingEvent.objects.create(
        configuration=configuration, object_name="GLACCOUNT", event="set", record_id="4000", due_at=timezone.now()
    )
    send_test(endpoint=webhook().endpoint, actor="test")
    company = Company.objects.get(code="100")
    create_link(company=company, label="an accountant", days=30, shows_amounts=False, actor="test")
    Notice.objects.create(title="A notice", text="Words.")
    rule = alert(AlertKind.CONNECTION_DOWN, is_active=False)
    write_mails(rule, occasion="test", mail=alert_test(rule))
    digest(is_active=False)
    create_client(name="an ERP", role=Role.REST_CLIENT.value, company_codes=["100"], actor="test")
    StoredRecord.objects.create(object_name="GLBATCH", record_no=4711, natural_id="SH-1", fields={"STATE": "Posted"})
    ReceivedFunction.objects.create(
        control_id="c-1", request_control_id="b-1", function="create", object_name="GLBATCH", status="success",
        request_xml="<create/>", answer_xml="<result/>",
    )  # fmt: skip
    roll_up_figures()


def queries_of(client: Client, model: Any) -> int:
    url = reverse(name_of(model, "changelist"))
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def detail_url(model: Any) -> str:
    return reverse(name_of(model, "change"), args=[model._default_manager.first().pk])


def urls_of(model: Any) -> tuple[str, ...]:
    page = reverse(name_of(model, "changelist"))
    return (page,) if model in WITHOUT_PAGES_OF_THEIR_OWN else (page, detail_url(model))


def test_every_entry_of_the_menu_has_its_roles_here() -> None:
    listed = {item.page for group in MENU for item in group.items}
    assert listed == {name_of(model, "changelist") for model in MAY_OPEN} | PAGES_OF_THEIR_OWN


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_the_roles_that_may_and_for_no_other_and_shows_no_secret(
    role: Role, everything: None, signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(role)
    hashes = User.objects.values_list("password", flat=True)
    secrets = [
        PASSWORD, SENDER_PASSWORD, ApiKey.objects.get().hashed_key, WebhookEndpoint.objects.get().secret,
        SharedLink.objects.get().secret_hash,
        settings.SECRET_KEY, *settings.ENCRYPTION_KEYS,
        *hashes, *(one.split("$")[-2] for one in hashes), *(one.split("$")[-1] for one in hashes),
    ]  # fmt: skip
    pages = {url: client.get(url) for model in MAY_OPEN for url in urls_of(model)}
    refused = 302 if role == Role.PARTNER else 403
    expected = {url: 200 if role in roles else refused for model, roles in MAY_OPEN.items() for url in urls_of(model)}
    assert {url: page.status_code for url, page in pages.items()} == expected
    assert [url for url, page in pages.items() for secret in secrets if secret in page.text] == []


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(everything: None) -> None:
    for model in MAY_OPEN:
        answer = Client().get(reverse(name_of(model, "changelist")))
        assert (answer.status_code, answer["Location"].startswith(reverse("admin:login"))) == (302, True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PARTNER}))
def test_the_first_page_opens_for_everybody_of_the_house(role: Role, signed_in: Callable[[Role], Client]) -> None:
    answer = signed_in(role).get(reverse("admin:index"))
    assert answer.status_code == 200
    assert ("Needs a person" in answer.text) == (role in HOUSE | {Role.REST_CLIENT})


@pytest.mark.parametrize("role", sorted(HOUSE))
def test_the_menu_shows_only_what_may_be_opened(
    role: Role, everything: None, signed_in: Callable[[Role], Client]
) -> None:
    page = signed_in(role).get(reverse("admin:index")).text
    for model, roles in MAY_OPEN.items():
        assert (f'href="{reverse(name_of(model, "changelist"))}"' in page) == (role in roles), model


def test_a_list_costs_as_many_queries_for_many_rows_as_for_one(
    everything: None, add_posting: Callable[[], Posting], signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(ADMIN)
    few = {model: queries_of(client, model) for model in MAY_OPEN}
    for _ in range(8):
        add_posting()
    many = {model: queries_of(client, model) for model in MAY_OPEN}
    assert many == few
    assert {model: count for model, count in many.items() if count > MOST_QUERIES} == {}


def test_the_postings_page_costs_a_bounded_number_of_queries(
    everything: None, signed_in: Callable[[Role], Client], django_assert_max_num_queries: Any
) -> None:
    client = signed_in(ADMIN)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(detail_url(Posting))


def test_the_queue_and_its_schedules_have_no_pages(signed_in: Callable[[Role], Client]) -> None:
    client = signed_in(ADMIN)
    registered = {model._meta.app_label for model in admin.site._registry}
    assert not registered & {"django_q", "rest_framework_api_key", "sessions", "contenttypes"}
    for name in ("schedule", "task", "success", "failure", "ormq"):
        assert client.get(f"/admin/django_q/{name}/").status_code == 404


def test_an_operator_sees_no_requests_and_answers(everything: None, signed_in: Callable[[Role], Client]) -> None:
    page = signed_in(OPERATOR).get(detail_url(Attempt)).text
    assert "&lt;request/&gt;" not in page
    assert "shown to integration admins and auditors" in page


def test_a_list_counts_filters_and_says_what_to_do_when_nothing_matches(
    everything: None, signed_in: Callable[[Role], Client]
) -> None:
    client, url = signed_in(ADMIN), reverse("admin:postings_posting_changelist")
    number = Posting.objects.get().number
    assert number in client.get(url, {"q": number}).text
    assert number in client.get(url, {"state": State.PENDING.value}).text
    empty = client.get(url, {"state": State.CANCELLED.value}).text
    assert number not in empty
    assert "Nothing matches" in empty
    assert "Show all" in empty
