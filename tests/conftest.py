"""People, companies, connections and the sandbox process that tests share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import override_settings
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.access.services.clients import create_client
from apps.access.services.groups import load_groups
from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.drain import DrainReport, drain
from apps.dimensions.models import AttributeType, DimensionType
from apps.dimensions.services.delivered import load_dimensions
from apps.foundation import wakeups
from apps.masterdata.models import Account
from apps.options.models import Option, OptionCode
from apps.options.services.delivered import load_options
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.postings.models import JournalEntryType, JournalEntryTypeLine, PostingClass, PostingClassDefinition
from apps.postings.services.delivered import load_account_determination
from tests.browser.portal_process import PortalProcess
from tests.delivered import deliver
from tests.factories.configuration import ConfigurationFactory
from tests.factories.masterdata import AccountFactory
from tests.factories.organisation import CompanyFactory, FinancialSiteFactory, LegislationFactory, WarehouseFactory
from tests.migrated import databases_begin_migrated
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

# A busy machine is no failure: how long something takes is measured in benchmarks/.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")

ClientOf = Callable[..., APIClient]
"""Makes a REST client: `client_of(company)`, `client_of(role=Role.AUDITOR)`."""

Person = Callable[[Role], User]
"""Makes somebody who signs in to the admin: `person(Role.OPERATOR)`."""

ACCOUNTS = ("1000", "1100", "1200", "1210", "2100", "2200", "4000", "4100", "5000", "5100", "6000", "6300")


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hashing a password costs half a second on purpose; hundreds of tests make somebody who signs in."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Instead of applying every migration in each worker of the run."""
    with databases_begin_migrated():
        yield


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    """One sandbox gateway for the whole run; use `sandbox`, which clears it."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="session")
def portal() -> Iterator[PortalProcess]:
    """One portal with the demo company, in processes of its own; tests that use it have numbers of their own."""
    with PortalProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> SandboxProcess:
    """The sandbox gateway with an empty ledger, no faults and default settings."""
    sandbox_process.clear()
    return sandbox_process


@pytest.fixture
def company(db: None) -> Company:
    """Company 100 with its sites, the accounts that documents use, and the delivered journal entry types."""
    made = CompanyFactory()
    FinancialSiteFactory(company=made)
    WarehouseFactory(company=made)
    accounts = [AccountFactory.build(number=number, name=f"Account {number}") for number in ACCOUNTS]
    Account.objects.bulk_create(accounts, ignore_conflicts=True)
    deliver(load_account_determination, PostingClassDefinition, JournalEntryType, JournalEntryTypeLine, PostingClass)
    return made


@pytest.fixture
def other_company(db: None) -> Company:
    """Company 200, in pounds."""
    british = LegislationFactory(code="GB", name="United Kingdom", country="GB", currency="GBP")
    made = CompanyFactory(code="200", name="Northfield Ltd", legislation=british, currency="GBP")
    FinancialSiteFactory(company=made)
    WarehouseFactory(company=made)
    return made


@pytest.fixture
def intacct_on(db: None) -> Option:
    """The option Sage Intacct, switched on."""
    load_options()
    deliver(load_dimensions, AttributeType, DimensionType)
    switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
    return Option.objects.get(code=OptionCode.SAGE_INTACCT)


@pytest.fixture
def configuration(intacct_on: Option) -> IntacctConfiguration:
    """An active configuration whose endpoint nobody answers: for tests that must not send."""
    return ConfigurationFactory()


@pytest.fixture
def connection(intacct_on: Option, sandbox: SandboxProcess) -> IntacctConfiguration:
    """An active configuration that points to the sandbox gateway."""
    return ConfigurationFactory(endpoint_url=sandbox.endpoint)


@pytest.fixture
def drained(connection: IntacctConfiguration) -> Callable[..., DrainReport]:
    """Works the queue in this process until nothing is due now; what is due later stays: `drained()`."""

    def work() -> DrainReport:
        return drain(connection=connection, budget_seconds=PATIENCE)

    return work


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The wake-ups that went to the queue, whichever broker it has, by name."""
    names: list[str] = []
    monkeypatch.setattr(wakeups, "async_task", lambda name, *ids: names.append(name))
    return names


@pytest.fixture
def client_of() -> Callable[..., APIClient]:
    """A REST client with a key of its own: `client_of(company)`, `client_of(role=Role.AUDITOR, scopes=[…])`."""

    def make(*companies: Company, role: Role = Role.REST_CLIENT, **limits: Any) -> APIClient:
        codes = [one.code for one in companies]
        new = create_client(name=f"test {role.value}", role=role.value, company_codes=codes, actor="test", **limits)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Api-Key {new.key}")
        return client

    return make


@pytest.fixture
def rest(company: Company, configuration: IntacctConfiguration, client_of: Callable[..., APIClient]) -> APIClient:
    """The REST client of company 100; nothing it submits is sent anywhere."""
    return client_of(company)


@pytest.fixture
def person(db: None) -> Callable[[Role], User]:
    """Somebody who signs in to the admin: `person(Role.OPERATOR)`."""

    def make(role: Role) -> User:
        load_groups()
        user = User.objects.create_user(role.value, password="a long test password", is_staff=True)
        user.groups.add(Group.objects.get(name=role.value))
        if role == Role.INTEGRATION_ADMIN:
            user.is_superuser = True
            user.save()
        return user

    return make


@pytest.fixture
def viewer(company: Company) -> Viewer:
    """A REST client's view of company 100."""
    return Viewer(label="test", role=Role.REST_CLIENT, company_ids=frozenset({company.pk}), client_id="test")
