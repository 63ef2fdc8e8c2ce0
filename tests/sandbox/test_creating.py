"""What is created is stored whole; what may not be is refused with Intacct's words (protocol parts 4 and 6)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conversation import Conversation, create, tags
from tests.sandbox.documents import GL_LINES, LINE_ITEM, advance, bill, day, journal_entry, legacy

MASTER_DATA: dict[str, dict[str, Any]] = {
    "CUSTOMER": {"CUSTOMERID": "NEW-1", "NAME": "New customer", "DISPLAYCONTACT": {"PRINTAS": "New", "FAX": "1"}},
    "VENDOR": {
        "VENDORID": "NEW-1", "NAME": "New supplier", "TERMNAME": "NET30", "DISPLAYCONTACT": {"PRINTAS": "New"},
    },
    "ITEM": {"ITEMID": "NEW-1", "NAME": "New item", "ITEMTYPE": "Non-Inventory"},
    "GLACCOUNT": {"ACCOUNTNO": "7000", "TITLE": "New account"},
    "GLJOURNAL": {"SYMBOL": "NJ", "TITLE": "New journal"},
    "DEPARTMENT": {"DEPARTMENTID": "NEW-1", "TITLE": "New department"},
    "CLASS": {"CLASSID": "NEW-1", "NAME": "New class"},
    "PROJECT": {"PROJECTID": "NEW-1", "NAME": "New project"},
    "TASK": {"TASKID": "NEW-1", "NAME": "New task", "PROJECTID": "PRJ-1"},
    "EMPLOYEE": {"EMPLOYEEID": "NEW-1", "TITLE": "Fitter"},
    "LOCATION": {"LOCATIONID": "NEW-1", "NAME": "New location", "PARENTID": "100"},
}  # fmt: skip
CLOSED = "The period is closed. Date must be on or after 01/01/2026."
READ_ONLY = ("LOCATIONENTITY", "APTERM", "ARTERM", "TAXDETAIL", "TAXSOLUTION", "GLENTRY", "APBILLITEM")


@pytest.mark.parametrize(
    ("object_name", "make", "total"),
    [("GLBATCH", journal_entry, None), ("APBILL", bill, "129.90"), ("ARADVANCE", advance, "50.00")],
)
def test_a_document_is_stored_with_its_lines(
    gateway: Conversation, object_name: str, make: Callable[[], dict[str, Any]], total: str | None
) -> None:
    answer = gateway.ask(create(object_name, make()))
    made = answer.root.find(f".//data[@listtype='objects']/{object_name.lower()}")
    (stored,) = gateway.sandbox.objects(object_name)
    assert made.findtext("RECORDNO") == stored["RECORDNO"] == "1"
    assert made.findtext("RECORD_URL") == stored["RECORD_URL"]
    assert (stored["STATE"], stored.get("TRX_TOTALENTERED"), stored["MEGAENTITYID"]) == ("Posted", total, "")
    lines = next(value for value in stored.values() if isinstance(value, list))
    assert [line["LINE_NO"] for line in lines] == [str(index) for index in range(len(lines))]


@pytest.mark.parametrize("object_name", MASTER_DATA)
def test_a_master_record_is_stored_and_answered_with_its_id(gateway: Conversation, object_name: str) -> None:
    fields = MASTER_DATA[object_name]
    key = next(iter(fields))
    answer = gateway.ask(create(object_name, fields))
    assert answer.root.findtext(f".//{object_name.lower()}/{key}") == fields[key]
    (stored,) = [one for one in gateway.sandbox.objects(object_name) if one[key] == fields[key]]
    assert stored["STATUS"] == "active"
    assert stored.items() >= fields.items()


@pytest.mark.parametrize("object_name", MASTER_DATA)
def test_the_same_id_again_is_a_duplicate(gateway: Conversation, object_name: str) -> None:
    fields = MASTER_DATA[object_name]
    answer = gateway.ask(create(object_name, fields), create(object_name, fields))
    assert answer.statuses == ["success", "failure"]
    first, wrapper = answer.errors(1)
    assert first.errorno == "BL34000061"
    assert f"with the given value(s) {fields[next(iter(fields))]}  already exists" in first.text
    assert first.correction == "Use a unique value instead."
    assert (wrapper.errorno, wrapper.text) == ("BL01001973", f"Could not create {object_name} record!")


@pytest.mark.parametrize("object_name", [*READ_ONLY, "ARINVOICE", "ARADJUSTMENT", "APADJUSTMENT"])
def test_objects_without_a_documented_generic_create(gateway: Conversation, object_name: str) -> None:
    answer = gateway.ask(create(object_name, {"NAME": "x"}))
    assert answer.errors()[0].errorno == "PL04000005"


def test_an_object_that_is_none(gateway: Conversation) -> None:
    assert gateway.ask(create("UNICORN", {"NAME": "x"})).errors()[0].text == "Object definition UNICORN not found"


@pytest.mark.parametrize(
    ("function", "object_name"),
    [
        ("create_invoice", "ARINVOICE"),
        ("create_bill", "APBILL"),
        ("create_aradjustment", "ARADJUSTMENT"),
        ("create_apadjustment", "APADJUSTMENT"),
        ("create_gltransaction", "GLBATCH"),
    ],
)
def test_a_legacy_creator_answers_with_the_record_number_as_key(
    gateway: Conversation, function: str, object_name: str
) -> None:
    answer = gateway.ask(f"<{function}>{tags(legacy(function))}</{function}>")
    (stored,) = gateway.sandbox.objects(object_name)
    assert answer.record_no == stored["RECORDNO"]
    assert answer.root.find(".//data") is None
    dates = {stored.get("WHENCREATED"), stored.get("BATCH_DATE")}
    assert "10/21/2026" in dates


def test_a_legacy_document_takes_due_date_custom_fields_tax_and_currency(gateway: Conversation) -> None:
    line = {
        **LINE_ITEM,
        "customfields": {"customfield": {"customfieldname": "GLDIMLINE_OF_BUSINESS", "customfieldvalue": "2"}},
        "taxentries": {"taxentry": {"detailid": "GB-STD-OUT"}},
    }
    items = legacy("create_invoice", line).pop("invoiceitems")
    fields = {
        "customerid": "CUST-01",
        "datecreated": day("2026", "10", "21"),
        "termname": "NET30",
        "invoiceno": "SI-1",
        "currency": "GBP",
        "exchrate": "1.25",
        "customfields": {"customfield": {"customfieldname": "DMO_POSTING_KEY", "customfieldvalue": "KEY-1"}},
        "invoiceitems": items,
    }
    gateway.ask(f"<create_invoice>{tags(fields)}</create_invoice>")
    (stored,) = gateway.sandbox.objects("ARINVOICE")
    expected = {"WHENDUE": "11/20/2026", "CURRENCY": "GBP", "EXCHANGE_RATE": "1.25", "DMO_POSTING_KEY": "KEY-1",
                "TRX_TOTALENTERED": "120.00", "CUSTOMERNAME": "Adirondack Water Works"}  # fmt: skip
    assert stored.items() >= expected.items()
    assert stored["ARINVOICEITEMS"][0]["GLDIMLINE_OF_BUSINESS"] == "2"
    assert stored["ARINVOICEITEMS"][0]["TAXENTRIES"] == [{"DETAILID": "GB-STD-OUT", "TRX_TAX": "20.00"}]


def line_of_bill(**changes: Any) -> dict[str, Any]:
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "10.00", "LOCATIONID": "100"} | changes
    return {name: value for name, value in line.items() if value is not None}


@pytest.mark.parametrize(
    ("fields", "errorno", "text"),
    [
        pytest.param(bill(VENDORID=None), "BL03000018", "Required field VENDORID is missing", id="required"),
        pytest.param(bill(WHENDUE=None), "BL03000018", "Required field WHENDUE is missing", id="no due date"),
        pytest.param(bill(VENDORID="NOBODY"), "BL01001973", "Vendor 'NOBODY' specified is not valid.", id="reference"),
        pytest.param(bill(VENDORID="SUPP-10"), "BL01001973", "Vendor 'SUPP-10' is inactive.", id="inactive"),
        pytest.param(bill(TERMNAME="NET99"), "BL01001973", "AP term 'NET99' specified is not valid.", id="term"),
        pytest.param(bill(WHENCREATED="12/31/2025"), "BL03000060", CLOSED,
                     id="closed books"),
        pytest.param(bill(WHENPOSTED="12/31/2025"), "BL03000060", CLOSED,
                     id="closed books for the posting date"),
        pytest.param(bill(WHENCREATED="21.10.2026"), "BL03000018", "Invalid date '21.10.2026' for field WHENCREATED",
                     id="a date"),
        pytest.param(bill(RECORDID="A" * 46), "BL03000018", "RECORDID is longer than 45 characters", id="length"),
        pytest.param(bill(RECORDID="A#1"), "BL03000018", "The bill number must not contain #", id="character"),
        pytest.param(bill(COLOUR="red"), "DL02000001", "Field COLOUR is not a valid field of APBILL", id="unknown"),
        pytest.param(bill(EXCHANGE_RATE="1", EXCH_RATE_TYPE_ID="Daily"), "BL03000018",
                     "Give an exchange rate or an exchange rate type, not both", id="two rates"),
        pytest.param(bill(line_of_bill(ACCOUNTNO=None)), "BL03000018", "Required field ACCOUNTNO is missing",
                     id="a line's account"),
        pytest.param(bill(line_of_bill(TRX_AMOUNT=None)), "BL03000018", "Required field TRX_AMOUNT is missing",
                     id="a line's amount"),
        pytest.param(bill(line_of_bill(TRX_AMOUNT="1,5")), "BL03000018", "Invalid amount '1,5' for field TRX_AMOUNT",
                     id="no amount"),
        pytest.param(bill(line_of_bill(LOCATIONID=None)), "BL03000018",
                     "Location is required for every line of a multi-entity company", id="a line's location"),
        pytest.param(bill(line_of_bill(ACCOUNTNO="8888")), "BL01001973", "Account '8888' specified is not valid.",
                     id="account"),
        pytest.param(bill(line_of_bill(ACCOUNTNO="9990")), "BL01001973", "Account '9990' is inactive.",
                     id="inactive account"),
        pytest.param(bill(line_of_bill(ACCOUNTNO="6300")), "BL03000126",
                     "This transaction is missing the Department dimension for the Account 6300.", id="dimension"),
        pytest.param(bill(line_of_bill(PROJECTID="PRJ-9")), "BL01001973", "Project 'PRJ-9' specified is not valid.",
                     id="project"),
        pytest.param(bill(line_of_bill(TASKID="BUILD")), "BL03000018", "Required field PROJECTID is missing",
                     id="a task without its project"),
        pytest.param(bill(line_of_bill(PROJECTID="PRJ-1", TASKID="TEST")), "BL01001973",
                     "Task 'TEST' specified is not valid.", id="another project's task"),
        pytest.param(bill(line_of_bill(GLDIMLINE_OF_BUSINESS="Pumps")), "BL01001973",
                     "Line of business 'Pumps' specified is not valid.", id="a user-defined dimension by its name"),
        pytest.param(bill(line_of_bill(TAXENTRIES={"TAXENTRY": {"DETAILID": "XX"}})), "BL01001973",
                     "Tax detail 'XX' specified is not valid.", id="tax detail"),
    ],
)  # fmt: skip
def test_a_bill_that_may_not_be(gateway: Conversation, fields: dict[str, Any], errorno: str, text: str) -> None:
    answer = gateway.ask(create("APBILL", fields))
    assert answer.http.status_code == 200
    assert answer.statuses == ["failure"]
    assert (answer.errors()[0].errorno, answer.errors()[0].text) == (errorno, text)
    assert answer.errors()[-1].errorno == "BL01001973", "the chain ends with the generic wrapper"
    assert gateway.sandbox.objects("APBILL") == []


def test_a_tasks_id_is_unique_within_its_project(gateway: Conversation) -> None:
    task = {"TASKID": "DESIGN", "NAME": "Design"}
    assert gateway.ask(create("TASK", {**task, "PROJECTID": "PRJ-2"})).statuses == ["success"]
    assert gateway.ask(create("TASK", {**task, "PROJECTID": "PRJ-1"})).errors()[0].errorno == "BL34000061"


@pytest.mark.parametrize(
    ("flag", "label"),
    [("REQUIRETASK", "Task"), ("REQUIREPROJECT", "Project"), ("REQUIREGLDIMLINE_OF_BUSINESS", "Line of business")],
)
def test_an_account_that_requires_a_dimension(gateway: Conversation, flag: str, label: str) -> None:
    gateway.sandbox.records("GLACCOUNT", put=[{"ACCOUNTNO": "6000", flag: "true"}])
    answer = gateway.ask(create("APBILL", bill()))
    assert answer.errors()[0].text == f"This transaction is missing the {label} dimension for the Account 6000."
    named = {"PROJECTID": "PRJ-1", "TASKID": "BUILD", "GLDIMLINE_OF_BUSINESS": "1"}
    assert gateway.ask(create("APBILL", bill(line_of_bill(**named)))).statuses == ["success"]


def gl(amount: str, side: str, **changes: str) -> dict[str, str]:
    return {"ACCOUNTNO": "1200", "TRX_AMOUNT": amount, "TR_TYPE": side, "LOCATION": "100", **changes}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param(journal_entry(gl("60", "1"), gl("59.99", "-1")),
                     "Transactions do not balance for 100: the difference is 0.01.", id="unbalanced"),
        pytest.param(journal_entry(gl("60", "1"), gl("60", "-1", LOCATION="200")),
                     "Transactions do not balance for 100: the difference is 60.00.", id="not by entity"),
        pytest.param(journal_entry(gl("6", "1", CURRENCY="EUR"), gl("6", "-1", CURRENCY="USD"), BASELOCATION_NO="100"),
                     "Transactions do not balance for the company: the difference is 6.00.", id="not by currency"),
        pytest.param(journal_entry(gl("60", "1")), "A journal entry needs at least two lines", id="one line"),
        pytest.param(journal_entry(gl("60", "2"), gl("60", "-1")), "TR_TYPE must be 1 (debit) or -1 (credit)",
                     id="side"),
        pytest.param(journal_entry(gl("-60", "1"), gl("-60", "-1")),
                     "TRX_AMOUNT of a journal entry line must not be negative", id="negative"),
        pytest.param(journal_entry(JOURNAL="XX"), "Journal 'XX' specified is not valid.", id="journal"),
        pytest.param(journal_entry(BATCH_DATE="01/01/2025"), CLOSED,
                     id="closed books"),
        pytest.param(journal_entry(REVERSEDATE="10/21/2026"), "The reversal date must be after the posting date.",
                     id="reversed too early"),
        pytest.param(journal_entry(BATCH_TITLE="x" * 81), "BATCH_TITLE is longer than 80 characters", id="title"),
        pytest.param(journal_entry(BASELOCATION_NO="999"), "Location '999' specified is not valid.",
                     id="source entity"),
    ],
)  # fmt: skip
def test_a_journal_entry_that_may_not_be(gateway: Conversation, fields: dict[str, Any], text: str) -> None:
    answer = gateway.ask(create("GLBATCH", fields))
    assert answer.statuses == ["failure"]
    assert answer.errors()[0].text == text
    assert gateway.sandbox.objects("GLBATCH") == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(journal_entry(gl("60", "1"), gl("60", "-1", LOCATION="200"), BASELOCATION_NO="100"),
                     id="between entities, with a source entity"),
        pytest.param(journal_entry(gl("50", "1", ACCOUNTNO="6000", TAXENTRIES={"TAXENTRY": {"DETAILID": "GB-STD-IN"}}),
                                   gl("60", "-1")), id="its tax counts in the balance"),
        pytest.param(journal_entry({**GL_LINES[0], "TRX_AMOUNT": "0"}, {**GL_LINES[1], "TRX_AMOUNT": "0"}), id="zero"),
        pytest.param(journal_entry(gl("60", "1"), gl("1", "-1"), STATE="Draft"), id="a draft need not balance"),
        pytest.param(journal_entry({"AMOUNT": "60", **{k: v for k, v in gl("", "1").items() if k != "TRX_AMOUNT"}},
                                   gl("60", "-1")), id="AMOUNT as the documentation's samples have it"),
    ],
)  # fmt: skip
def test_a_journal_entry_that_may_be(gateway: Conversation, fields: dict[str, Any]) -> None:
    assert gateway.ask(create("GLBATCH", fields)).statuses == ["success"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"customerid": "CUST-11"}, "Customer 'CUST-11' is on hold."),
        ({"customerid": "CUST-12"}, "Customer 'CUST-12' is inactive."),
        ({"customerid": "NOBODY"}, "Customer 'NOBODY' specified is not valid."),
        ({"termname": None}, "Required field Date Due is missing"),
        ({"termname": "NET99"}, "AR term 'NET99' specified is not valid."),
    ],
)
def test_an_invoice_that_may_not_be(gateway: Conversation, changes: dict[str, Any], text: str) -> None:
    answer = gateway.ask(f"<create_invoice>{tags(legacy('create_invoice', **changes))}</create_invoice>")
    assert [error.text for error in answer.errors()] == [text]
    assert gateway.sandbox.objects("ARINVOICE") == []


def test_a_document_number_is_taken_once_by_each_counterparty(gateway: Conversation) -> None:
    one, same, other = bill(RECORDID="B-1"), bill(RECORDID="B-1"), bill(RECORDID="B-1", VENDORID="SUPP-02")
    answer = gateway.ask(*(create("APBILL", fields) for fields in (one, same, other)))
    assert answer.statuses == ["success", "failure", "success"]
    again = gateway.ask(create("APBILL", same))
    assert again.errors()[0].errorno == answer.errors(1)[0].errorno == "BL34000061"
    gateway.sandbox.set(unique_document_numbers=False)
    assert gateway.ask(create("APBILL", same)).statuses == ["success"]


def test_more_than_two_decimals_are_rounded(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", bill(line_of_bill(TRX_AMOUNT="10.005"))))
    assert gateway.sandbox.objects("APBILL")[0]["TRX_TOTALENTERED"] == "10.01"


def test_a_draft_of_a_bill_may_be_without_due_date(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", bill(WHENDUE=None, ACTION="Draft")))
    assert gateway.sandbox.objects("APBILL")[0]["STATE"] == "Draft"


def test_a_company_without_the_custom_package_refuses_its_fields(gateway: Conversation) -> None:
    marked = create("APBILL", bill(DMO_POSTING_KEY="KEY-1"))
    gateway.sandbox.set(custom_fields={})
    assert gateway.ask(marked).errors()[0].errorno == "DL02000001"


def test_several_objects_in_one_create_stand_alone(gateway: Conversation) -> None:
    """Protocol 2.3 level 5: failure, yet `data` lists what was created."""
    objects = "".join(
        f"<APBILL>{tags(fields)}</APBILL>"
        for fields in (bill(RECORDID="ONE"), bill(VENDORID="X"), bill(RECORDID="TWO"))
    )
    answer = gateway.ask(f"<create>{objects}</create>")
    (result,) = answer.results
    assert [one.tag for one in result] == ["status", "function", "controlid", "data", "errormessage"]
    assert (answer.statuses, answer.data("count")) == (["failure"], "2")
    assert [stored["RECORDID"] for stored in gateway.sandbox.objects("APBILL")] == ["ONE", "TWO"]


def test_several_objects_in_a_transaction_fall_together(gateway: Conversation) -> None:
    objects = "".join(f"<APBILL>{tags(fields)}</APBILL>" for fields in (bill(), bill(VENDORID="X")))
    assert gateway.ask(f"<create>{objects}</create>", transaction=True).statuses == ["aborted"]
    assert gateway.sandbox.objects("APBILL") == []


def test_at_most_a_hundred_objects_in_one_create(gateway: Conversation) -> None:
    answer = gateway.ask(f"<create>{'<CLASS><CLASSID>A</CLASSID></CLASS>' * 101}</create>")
    assert answer.errors()[0].errorno == "XL03000003"


def test_generic_invoices_where_a_company_takes_them(gateway: Conversation) -> None:
    gateway.sandbox.set(generic_arinvoice=True)
    fields = {
        "CUSTOMERID": "CUST-01", "WHENCREATED": "10/21/2026", "WHENDUE": "11/20/2026", "RECORDID": "SI-9",
        "ARINVOICEITEMS": {"ARINVOICEITEM": {"ACCOUNTNO": "4000", "TRX_AMOUNT": "5", "LOCATIONID": "100"}},
    }  # fmt: skip
    assert gateway.ask(create("ARINVOICE", fields)).statuses == ["success"]
