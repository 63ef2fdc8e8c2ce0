"""A client that a generator builds from the portal's OpenAPI document, at work over real HTTP."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import requests

from tests.browser.portal_process import PortalProcess

NAME = "generated_portal_client"


@pytest.fixture(scope="module")
def generated(portal: PortalProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package. The generator must not have left anything out."""
    place = tmp_path_factory.mktemp("client")
    document, settings = place / "openapi.yaml", place / "settings.yaml"
    document.write_bytes(requests.get(f"{portal.base}/api/schema/", timeout=60).content)
    settings.write_text("post_hooks: []\n")
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--meta=none", "--fail-on-warning",
         f"--path={document}", f"--output-path={place / NAME}", f"--config={settings}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "warning" not in said.lower(), said
    sys.path.insert(0, str(place))
    yield importlib.import_module(NAME)
    sys.path.remove(str(place))


@pytest.fixture
def client(generated: ModuleType, portal: PortalProcess) -> Iterator[Any]:
    with generated.AuthenticatedClient(base_url=portal.base, token=portal.key, prefix="Api-Key") as made:
        yield made


def call(operation: str, **arguments: Any) -> Any:
    tag = operation.partition("_")[0]
    return importlib.import_module(f"{NAME}.api.{tag}.{operation}").sync_detailed(**arguments)


def invoice(number: str, amount: str = "100.00") -> Any:
    models = importlib.import_module(f"{NAME}.models")
    return models.DocumentRequest.from_dict(
        {
            "company": "100",
            "financial_site": "100",
            "document_type": "sales_invoice",
            "number": number,
            "posting_date": "2026-11-20",
            "due_date": "2026-12-20",
            "currency": "USD",
            "customer": "CUST-01",
            "lines": [{"account": "4000", "amount": amount, "dimensions": {"department": "SALES"}}],
        }
    )


def test_submits_a_document_reads_it_and_finds_it_in_the_list(client: Any) -> None:
    made = call("postings_submit", client=client, body=invoice("GEN-1"), idempotency_key="gen-1")

    assert made.status_code == 201
    assert (made.parsed.number, made.parsed.lines[0].amount, made.parsed.documents[0].object_) == (
        "GEN-1", "100.00", "ARINVOICE",
    )  # fmt: skip
    read = call("postings_read", client=client, id=made.parsed.id)
    assert read.parsed.created_at == made.parsed.created_at
    listed = call("postings_list", client=client, number="GEN-1", page_size=1)
    assert [one.id for one in listed.parsed.results] == [made.parsed.id]
    assert listed.parsed.next_ is None


def test_a_refusal_is_a_typed_problem(client: Any) -> None:
    refused = call("postings_submit", client=client, body=invoice("GEN-2", amount="1.005"))

    assert refused.status_code == 422
    assert type(refused.parsed).__name__ == "Problem"
    assert (refused.parsed.code, refused.parsed.errors[0].pointer) == ("not_acceptable", "/lines/0/amount")


def test_submits_many_and_sees_what_came_of_each(client: Any) -> None:
    models = importlib.import_module(f"{NAME}.models")
    body = models.PostingsBulkRequest(postings=[invoice("GEN-3"), invoice("GEN-4", amount="-1.00")])

    answer = call("postings_submit_bulk", client=client, body=body)

    first, second = answer.parsed.results
    assert (first.status, first.posting.number, second.status, second.problem.code) == (
        201, "GEN-3", 422, "not_acceptable",
    )  # fmt: skip


def test_keeps_a_customer_and_reads_it_back(client: Any) -> None:
    models = importlib.import_module(f"{NAME}.models")
    body = models.CustomerRequest(name="Generated Ltd", currency="USD", credit_limit="10.00")

    made = call("customers_put", client=client, id="GEN-C1", body=body)

    assert made.status_code == 201
    assert (made.parsed.name, made.parsed.credit_limit, made.parsed.addresses) == ("Generated Ltd", "10.00", [])
    # What was answered may be sent back as it is.
    again = models.CustomerRequest.from_dict(made.parsed.to_dict())
    assert call("customers_put", client=client, id="GEN-C1", body=again).status_code == 200
