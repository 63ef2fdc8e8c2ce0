"""What the gateway refuses a document for, in plain words and with where to go: through the client, to the sandbox."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest

from apps.intacct import Client, Create, Credentials, Done, ErrorKind, Function, FunctionRefused, LegacyCreate, Record
from apps.intacct.error_catalogue import error_catalogue
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Client]:
    place = urlsplit(sandbox.endpoint)
    made = Client(
        sandbox.endpoint,
        Credentials("XT_mfg", "sandbox", "SANDBOX", "xml_gateway", "sandbox"),
        allowed_hosts=(f"{place.hostname}:{place.port}",),
        deadline=PATIENCE,
    )
    yield made
    made.close()


def bill(*, line: dict[str, str] | None = None, taxes: tuple[str, ...] = (), **changes: Any) -> Function:
    own: dict[str, Any] = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "10.00", "LOCATIONID": "100"} | (line or {})
    if taxes:
        own["TAXENTRIES"] = [Record.of("TAXENTRY", {"DETAILID": one}) for one in taxes]
    fields = {"VENDORID": "SUPP-01", "WHENCREATED": "10/21/2026", "WHENDUE": "11/20/2026", "RECORDID": "B-1"} | changes
    return Create("f", Record.of("APBILL", {**fields, "APBILLITEMS": [Record.of("APBILLITEM", own)]}))


def entry(journal: str) -> Function:
    line = {"ACCOUNTNO": "1200", "TRX_AMOUNT": "1", "LOCATION": "100"}
    lines = [Record.of("GLENTRY", {**line, "TR_TYPE": side}) for side in ("1", "-1")]
    fields = {"JOURNAL": journal, "BATCH_DATE": "10/21/2026", "BATCH_TITLE": "Stock"}
    return Create("f", Record.of("GLBATCH", {**fields, "ENTRIES": lines}))


def invoice(customer: str) -> Function:
    line = {"amount": Decimal("25.00"), "glaccountno": "4000", "locationid": "100"}
    fields = {"customerid": customer, "datecreated": date(2026, 10, 21), "termname": "NET30"}
    return LegacyCreate("f", "create_invoice", Record.of("ARINVOICE", {
        **fields, "invoiceitems": [Record.of("lineitem", line)],
    }))  # fmt: skip


def outcome_of(client: Client, function: Function) -> Any:
    (outcome,) = client.execute([function], control_id="request").outcomes
    return outcome


PERSON, MASTER_DATA = ErrorKind.PERSON, ErrorKind.MASTER_DATA
INACTIVE_JOURNAL = ("GLJOURNAL", {"SYMBOL": "ADJ", "STATUS": "inactive"})
INACTIVE_DETAIL = ("TAXDETAIL", {"DETAILID": "GB-STD-IN", "STATUS": "inactive"})


@pytest.mark.parametrize(
    ("function", "settings", "kind", "meaning", "where"),
    [
        pytest.param(bill(WHENCREATED="12/31/2025"), {}, PERSON, "period of the document is closed",
                     "General ledger > Open books, or post on a later date", id="closed period"),
        pytest.param(bill(), {"books_closed_until_by_entity": {"100": "2026-10-31"}}, PERSON,
                     "period of the document is closed", "General ledger > Open books", id="closed in the entity"),
        pytest.param(bill(), {"locked_entities": ["100"]}, PERSON, "entity is locked", "Company > Setup > Entities",
                     id="locked entity"),
        pytest.param(bill(line={"ACCOUNTNO": "9990"}), {}, PERSON, "account is inactive",
                     "General Ledger > Setup > Accounts", id="inactive account"),
        pytest.param(entry("ADJ"), {"inactive": INACTIVE_JOURNAL}, PERSON, "journal is inactive",
                     "General Ledger > Setup > Journals", id="inactive journal"),
        pytest.param(invoice("CUST-11"), {}, PERSON, "customer is on hold", "Accounts Receivable > Customers",
                     id="customer on hold"),
        pytest.param(bill(VENDORID="SUPP-09"), {}, PERSON, "supplier is on hold", "Accounts Payable > Vendors",
                     id="supplier on hold"),
        pytest.param(bill(), {"require_supplier_document_number": True}, PERSON, "no supplier document number",
                     "choose Correct and enter the supplier document number", id="supplier document number"),
        pytest.param(invoice("CUST-12"), {}, PERSON, "customer of the document is inactive",
                     "Accounts Receivable > Customers", id="inactive customer"),
        pytest.param(bill(VENDORID="SUPP-10"), {}, PERSON, "supplier of the document is inactive",
                     "Accounts Payable > Vendors", id="inactive supplier"),
        pytest.param(bill(TERMNAME="COD-OLD"), {}, PERSON, "term of the document is inactive", "Setup > Terms",
                     id="inactive term"),
        pytest.param(bill(taxes=("GB-STD-IN",)), {"inactive": INACTIVE_DETAIL}, PERSON, "is inactive",
                     "Taxes > Setup > Tax details", id="inactive tax detail"),
        pytest.param(bill(line={"ACCOUNTNO": "8888"}), {}, MASTER_DATA, "account of the document does not exist",
                     "General Ledger > Setup > Accounts", id="unknown account"),
        pytest.param(entry("XX"), {}, MASTER_DATA, "journal or currency", "in Intacct", id="unknown journal"),
        pytest.param(bill(VENDORID="NOBODY"), {}, MASTER_DATA, "supplier of the document does not exist",
                     "Accounts Payable > Vendors", id="unknown supplier"),
        pytest.param(bill(line={"GLDIMLINE_OF_BUSINESS": "9"}), {}, MASTER_DATA, "refers to does not exist",
                     "correct its mapping", id="unknown value of a user-defined dimension"),
        pytest.param(bill(taxes=("GB-STD-OUT",)), {}, PERSON, "tax detail is of the wrong kind",
                     "Taxes > Setup > Tax details", id="tax detail of the wrong kind"),
        pytest.param(bill(taxes=("GB-STD-IN",), TAXSOLUTIONID="France - VAT"), {}, PERSON,
                     "different tax solutions", "Taxes > Setup > Tax details", id="tax detail of another solution"),
        pytest.param(bill(taxes=("GB-STD-IN",)), {"require_tax_solution": True}, ErrorKind.CONFIGURATION,
                     "needs its tax solution", "Configuration, tab Defaults", id="no tax solution"),
        pytest.param(bill(taxes=("GB-RC-IN",)), {}, PERSON, "needs its two tax details",
                     "Taxes > Setup > Tax details", id="half a reverse charge"),
        pytest.param(bill(line={"ACCOUNTNO": "6300"}), {}, PERSON, "requires a dimension",
                     "General Ledger > Setup > Accounts", id="missing dimension"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_and_where_to_go(
    client: Client,
    sandbox: SandboxProcess,
    function: Function,
    settings: dict[str, Any],
    kind: ErrorKind,
    meaning: str,
    where: str,
) -> None:
    inactive = settings.get("inactive")
    if inactive:
        sandbox.records(inactive[0], put=[inactive[1]])
    sandbox.set(**{name: value for name, value in settings.items() if name != "inactive"})
    refusal = outcome_of(client, function)
    assert isinstance(refusal, FunctionRefused)
    assert refusal.kind is kind, refusal.primary
    assert meaning in refusal.primary.meaning
    assert where in refusal.primary.next_step


def test_a_number_that_is_taken_leads_to_who_has_it(client: Client) -> None:
    assert isinstance(outcome_of(client, bill()), Done)
    # Under another control ID: the same one would be a repeat.
    refusal = outcome_of(client, Create("g", bill().record))
    assert refusal.kind is ErrorKind.DUPLICATE
    assert not refusal.already_executed
    assert "already taken" in refusal.primary.meaning
    assert "Accounts Payable > Bills" in refusal.primary.next_step


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("The GL account 4000 is not active", "account is inactive"),
        ("Activate the vendor V1, then try again.", "supplier of the document is inactive"),
        ("Activate the project P1, then try again.", "A record that the document uses is inactive"),
        ("The books are closed for this date", "period of the document is closed"),
        ("Entity 200 is locked for posting", "entity is locked"),
        ("Required field Reference number is missing", "no supplier document number"),
        ("Required field Date Due is missing", "field that Intacct requires"),
        ("Tax detail X is for sales and cannot be used on a bill", "wrong kind"),
        ("All tax details must belong to one tax solution", "different tax solutions"),
        ("The record is locked by another user", "at the same time"),
    ],
)
def test_other_words_for_the_same(text: str, meaning: str) -> None:
    found = error_catalogue().classify(errorno="BL01001973", error_id="", message_id="", texts=[text])
    assert meaning in found.meaning


@pytest.mark.parametrize("identifier", ["GL-0504", "GL-0951", "GL-1009"])
def test_an_identifier_that_nobody_explains_does_not_hide_the_text(identifier: str) -> None:
    texts = ["The period is closed."]
    found = error_catalogue().classify(errorno="BL01001973", error_id=identifier, message_id="", texts=texts)
    assert "period of the document is closed" in found.meaning
