"""The OpenAPI document against the portal itself: whatever it allows and forbids is sent to every operation.

A few cases an operation here, the same in every run; `make fuzz` sends many more, and others each time. What is
answered must be in the document: status, headers, content type, and every field.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.pytest.lazy import get_all_tests

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from apps.synchronisation.models import RunState, SynchronisationRun
from apps.synchronisation.services.runs import start_run
from integration_portal.wsgi import application
from tests.conftest import ClientOf
from tests.factories.dimensions import AttributeFactory, DimensionFactory
from tests.factories.documents import sales_invoice
from tests.factories.masterdata import (
    CustomerFactory,
    ItemFactory,
    JournalFactory,
    PaymentTermFactory,
    SupplierFactory,
    TaxDetailFactory,
)
from tests.portal.openapi_document import closed, document

IS_LONG = "PORTAL_FUZZ_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("PORTAL_FUZZ_EXAMPLES", "4"))
SEED = int(os.environ.get("PORTAL_FUZZ_SEED", "1"))

_PLAIN = st.text(st.characters(max_codepoint=0xFFFD, exclude_categories=("Cc", "Cs", "Cn")))
PLAIN_TEXT = _PLAIN.filter(lambda text: not text or bool(text.strip()))
"""What the document calls `plain-text`; surrounding blanks are cut off, so nothing is blanks only."""

NEEDS_MORE_THAN_ITS_SHAPE = r"postings/|synchronisations/|attributes/|dimensions/|PUT|PATCH|DELETE"
"""Their rules look beyond the shape (is there such an account, such a type? does it balance? is it the address's ID?
is the record as it was seen?): 422 or 412 is a right answer to a request of the right shape. Everywhere else it is
not."""

CONFIG: dict[str, Any] = {
    "seed": SEED,
    "generation": {
        "max-examples": EXAMPLES,
        "deterministic": not IS_LONG,
        "no-shrink": True,
        "database": "none",
        # NUL is refused wherever it can be written; the document does not say it of every string.
        "allow-x00": False,
    },
    # Thousands of cases at the limits of every field: for the long form.
    "phases": {"coverage": {"enabled": IS_LONG}},
    "operations": [
        {
            "include-name-regex": NEEDS_MORE_THAN_ITS_SHAPE,
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422", "503"]
                }
            },
        },
        # In bulk, what is wrong with one of them is said of that one: the request is answered 200.
        {"include-path-regex": "/bulk/$", "checks": {"negative_data_rejection": {"enabled": False}}},
    ],
}


@pytest.fixture(scope="module")
def api() -> Any:
    for name in ("plain-text", "plain-lines"):
        schemathesis.openapi.format(name, PLAIN_TEXT)
    load_all_checks()
    loaded = schemathesis.openapi.from_dict(closed(document()), config=SchemathesisConfig.from_dict(CONFIG))
    loaded.app = application
    return loaded


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The portal's requests run in the test's transaction, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(company: Company, configuration: IntacctConfiguration, client_of: ClientOf, settings: Any) -> dict[str, str]:
    """One of everything, by the part of the address that names its kind; and the key that may do everything."""
    settings.API_REQUESTS_PER_MINUTE = 0
    rest = client_of(role=Role.INTEGRATION_ADMIN)
    posting = rest.post("/api/v1/postings/", sales_invoice()).json()["id"]
    run = start_run(connection=configuration, wanted="AP_TERM", started_by="test")
    SynchronisationRun.objects.update(state=RunState.FINISHED, finished_at=timezone.now())
    for factory in (JournalFactory, PaymentTermFactory, TaxDetailFactory, AttributeFactory, DimensionFactory):
        factory()
    return {
        "postings": posting,
        "synchronisations": run.pk,
        "items": ItemFactory().code,
        "customers": CustomerFactory().code,
        "suppliers": SupplierFactory().code,
        "companies": "100",
        "sites": "100",
        "key": rest._credentials["HTTP_AUTHORIZATION"],
    }


@pytest.mark.django_db
def test_every_operation_keeps_to_the_document(api: Any, ids: dict[str, str], one_connection: None) -> None:
    sent: dict[str, int] = {}

    def send(case: schemathesis.Case) -> None:
        number = sent[case.operation.label] = sent.get(case.operation.label, 0) + 1
        if "id" in case.path_parameters and number % 2:
            case.path_parameters["id"] = ids[case.operation.path.split("/")[3]]
        case.call_and_validate(headers={"Authorization": ids["key"]})

    chosen = settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not IS_LONG,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    failures = []
    for result in get_all_tests(schema=api, test_func=send, settings=chosen, given_kwargs={}):
        operation, run = result.ok()
        failures += failures_of(run, operation.label)

    assert len(sent) > 40
    assert not failures, f"PORTAL_FUZZ_SEED={SEED}\n" + "\n\n".join(failures)


def failures_of(run: Callable[[], None], label: str) -> list[str]:
    try:
        run()
    except BaseExceptionGroup as group:
        return [f"{label}: {group}\n" + "\n".join(str(one) for one in group.exceptions)]
    except Exception as error:  # noqa: BLE001  every operation is looked at before the test fails
        return [f"{label}: {type(error).__name__}: {error}"]
    return []
