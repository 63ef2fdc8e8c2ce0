"""Reading every object that the portal reads, with each function that reads (protocol part 3)."""

from typing import Any

import pytest
import requests

from tests.patience import PATIENCE
from tests.sandbox.conversation import Conversation, create, equal, query, tags
from tests.sandbox.documents import bill, journal_entry, legacy
from tests.sandbox_process import SandboxProcess

NATURAL_KEY = {
    "GLBATCH": "REFERENCENO",
    "APBILL": "RECORDID",
    "ARINVOICE": "RECORDID",
    "ARADJUSTMENT": "RECORDID",
    "CUSTOMER": "CUSTOMERID",
    "VENDOR": "VENDORID",
    "ITEM": "ITEMID",
    "GLACCOUNT": "ACCOUNTNO",
    "GLJOURNAL": "SYMBOL",
    "LOCATIONENTITY": "LOCATIONID",
    "LOCATION": "LOCATIONID",
    "DEPARTMENT": "DEPARTMENTID",
    "CLASS": "CLASSID",
    "PROJECT": "PROJECTID",
    "EMPLOYEE": "EMPLOYEEID",
    "APTERM": "NAME",
    "ARTERM": "NAME",
    "TAXDETAIL": "DETAILID",
    "TAXSOLUTION": "SOLUTIONID",
    "LINE_OF_BUSINESS": "id",
}
DOCUMENTS = ("GLBATCH", "APBILL", "ARINVOICE", "ARADJUSTMENT")
objects = pytest.mark.parametrize("object_name", NATURAL_KEY)


@pytest.fixture(scope="module")
def books(sandbox_process: SandboxProcess) -> Conversation:
    """Two documents of each kind beside the seeded master data; these tests change nothing."""
    sandbox_process.clear()
    conversation = Conversation(sandbox_process)
    for number in ("D-1", "D-2"):
        conversation.ask(
            create("GLBATCH", journal_entry(REFERENCENO=number)),
            create("APBILL", bill(RECORDID=number)),
            f"<create_invoice>{tags(legacy('create_invoice', invoiceno=number))}</create_invoice>",
            f"<create_aradjustment>{tags(legacy('create_aradjustment', adjustmentno=number))}</create_aradjustment>",
        )
    return conversation


def read(object_name: str, keys: str, *, by_name: bool = False, fields: str = "*") -> str:
    function = "readByName" if by_name else "read"
    return f"<{function}>{tags({'object': object_name, 'keys': keys, 'fields': fields})}</{function}>"


def read_by_query(object_name: str, text: str = "", **more: Any) -> str:
    return f"<readByQuery>{tags({'object': object_name, 'query': text, **more})}</readByQuery>"


@objects
def test_query(books: Conversation, object_name: str) -> None:
    """Upper-case rows, four attributes and no resultId."""
    key = NATURAL_KEY[object_name]
    stored = [one[key] for one in books.sandbox.objects(object_name)]
    answer = books.ask(query(object_name, "RECORDNO", key, order="RECORDNO"))
    assert {row.tag for row in answer.rows} == {object_name}
    assert answer.values(key) == stored
    (result,) = answer.results
    assert dict(result.find("data").attrib) == {
        "listtype": object_name,
        "totalcount": str(len(stored)),
        "offset": "0",
        "count": str(len(stored)),
        "numremaining": "0",
    }


@objects
def test_query_finds_one_by_its_natural_key(books: Conversation, object_name: str) -> None:
    key = NATURAL_KEY[object_name]
    wanted = books.sandbox.objects(object_name)[-1]
    answer = books.ask(query(object_name, "RECORDNO", condition=equal(key, wanted[key])))
    assert answer.values("RECORDNO") == [wanted["RECORDNO"]]


@objects
def test_read_by_query_and_read_more(books: Conversation, object_name: str) -> None:
    """Lower-case rows, page after page under one resultId, which is empty at the end."""
    stored = books.sandbox.objects(object_name)
    seen = []
    session = books.open()
    answer = session.ask(read_by_query(object_name, pagesize=2))
    while True:
        assert {row.tag for row in answer.rows} == {object_name.lower()}
        assert answer.data("listtype") == object_name.lower()
        assert answer.data("totalcount") == str(len(stored))
        seen += answer.values("RECORDNO")
        if answer.data("numremaining") == "0":
            break
        answer = session.ask(f"<readMore><resultId>{answer.data('resultId')}</resultId></readMore>")
    assert answer.data("resultId") == ""
    assert sorted(seen) == sorted(one["RECORDNO"] for one in stored)


@objects
def test_read(books: Conversation, object_name: str) -> None:
    """By record number; a tax detail by its DETAILID."""
    stored = books.sandbox.objects(object_name)[0]
    answer = books.ask(read(object_name, stored["DETAILID" if object_name == "TAXDETAIL" else "RECORDNO"]))
    assert (answer.data("listtype"), answer.data("count")) == (object_name, "1")
    assert answer.values(NATURAL_KEY[object_name]) == [stored[NATURAL_KEY[object_name]]]
    assert [row.tag for row in answer.rows] == [object_name]


@objects
def test_read_by_name(books: Conversation, object_name: str) -> None:
    stored = books.sandbox.objects(object_name)[-1]
    answer = books.ask(read(object_name, stored[NATURAL_KEY[object_name]], by_name=True))
    assert answer.values("RECORDNO") == [stored["RECORDNO"]]


@objects
def test_inspect(books: Conversation, object_name: str) -> None:
    short = books.ask(f"<inspect><object>{object_name}</object></inspect>")
    detailed = books.ask(f'<inspect detail="1"><object>{object_name}</object></inspect>')
    names = [field.text for field in short.root.iterfind(".//Type/Fields/Field")]
    assert NATURAL_KEY[object_name] in names
    assert [field.findtext("Name") for field in detailed.root.iterfind(".//Type/Fields/Field")] == names


@objects
def test_lookup(books: Conversation, object_name: str) -> None:
    answer = books.ask(f"<lookup><object>{object_name}</object></lookup>")
    assert answer.root.find(".//data[@listtype='All']/Type").get("Name") == object_name
    fields = {field.findtext("ID"): field for field in answer.root.iterfind(".//Fields/Field")}
    assert {"RECORDNO", NATURAL_KEY[object_name]} <= fields.keys()
    assert fields["RECORDNO"].findtext("READONLY") == "true"


@pytest.mark.parametrize("object_name", DOCUMENTS)
def test_the_custom_field_is_listed_where_the_package_is_installed(books: Conversation, object_name: str) -> None:
    ask = f"<lookup><object>{object_name}</object></lookup>"

    def custom() -> list[str]:
        fields = books.ask(ask).root.iterfind(".//Field")
        return [field.findtext("ID") for field in fields if field.findtext("ISCUSTOM") == "true"]

    assert "DMO_POSTING_KEY" in custom()
    books.sandbox.set(custom_fields={})
    without = custom()
    requests.delete(f"{books.sandbox.base}control/", timeout=PATIENCE)
    assert "DMO_POSTING_KEY" not in without


def test_inspect_lists_all_objects(books: Conversation) -> None:
    answer = books.ask("<inspect><object>*</object></inspect>")
    assert {row.get("typename") for row in answer.rows} >= NATURAL_KEY.keys()


def test_get_dimensions_names_the_user_defined_one(books: Conversation) -> None:
    listed = books.ask("<getDimensions/>").root.findall(".//dimensions/dimension")
    own = [one.findtext("objectName") for one in listed if one.findtext("userDefinedDimension") == "true"]
    assert own == ["LINE_OF_BUSINESS"]


@pytest.mark.parametrize("object_name", DOCUMENTS)
def test_lines_come_nested_with_read_and_by_themselves_with_query(books: Conversation, object_name: str) -> None:
    lines_object = "GLENTRY" if object_name == "GLBATCH" else f"{object_name}ITEM"
    parent = "BATCHNO" if object_name == "GLBATCH" else "RECORDKEY"
    (nested,) = books.ask(read(object_name, "2")).rows
    inside = [line.findtext("RECORDNO") for line in nested.iter(lines_object.lower())]
    alone = books.ask(query(lines_object, "RECORDNO", condition=equal(parent, "2"), order="RECORDNO"))
    assert inside == alone.values("RECORDNO") != []
    queried = books.ask(read_by_query(object_name))
    assert queried.root.find(f".//{lines_object.lower()}") is None


def test_dates_are_iso_with_read_and_american_elsewhere(books: Conversation) -> None:
    assert books.ask(read("APBILL", "1")).values("WHENCREATED") == ["2026-10-21"]
    assert books.ask(query("APBILL", "WHENCREATED", condition=equal("RECORDNO", "1"))).values("WHENCREATED") == [
        "10/21/2026"
    ]
    assert books.ask(read_by_query("APBILL", "RECORDNO = 1")).values("WHENCREATED") == ["10/21/2026"]


def test_a_missing_key_gives_nothing(books: Conversation) -> None:
    for function in (read("VENDOR", "99999"), read("VENDOR", "NOBODY", by_name=True)):
        answer = books.ask(function)
        assert (answer.statuses, answer.data("count")) == (["success"], "0")


def test_fields_are_chosen(books: Conversation) -> None:
    (row,) = books.ask(read("VENDOR", "1", fields="VENDORID,NAME")).rows
    assert [(one.tag, one.text) for one in row] == [("VENDORID", "SUPP-01"), ("NAME", "Albany Foundry")]


@pytest.mark.parametrize(
    ("function", "errorno"),
    [
        (query("UNICORN", "RECORDNO"), "Query Failed"),
        (read_by_query("UNICORN"), "Query Failed"),
        (read("UNICORN", "1"), "Query Failed"),
        ("<lookup><object>UNICORN</object></lookup>", "Query Failed"),
        ("<inspect><object>UNICORN</object></inspect>", "Query Failed"),
        (query("VENDOR", "COLOUR"), "XL03000010"),
        (read("VENDOR", "1", fields="COLOUR"), "XL03000010"),
        (read_by_query("VENDOR", fields="COLOUR"), "XL03000010"),
        (read_by_query("VENDOR", "COLOUR = 'red'"), "XL03000010"),
        (query("VENDOR", "RECORDNO", order="COLOUR"), "XL03000010"),
        (read_by_query("VENDOR", pagesize=1001), "DL02000001"),
        (query("VENDOR", "RECORDNO", pagesize=2001), "DL02000001"),
        (read("VENDOR", ",".join(map(str, range(101)))), "DL02000001"),
        ("<readMore><resultId>nothing</resultId></readMore>", "readMore failed"),
    ],
)
def test_a_question_that_has_no_answer(books: Conversation, function: str, errorno: str) -> None:
    answer = books.ask(function)
    assert (answer.statuses, answer.errors()[0].errorno) == (["failure"], errorno)


def test_read_more_needs_the_session_of_the_list(books: Conversation) -> None:
    mine, other = books.open(), books.open()
    result_id = mine.ask(read_by_query("VENDOR", pagesize=2)).data("resultId")
    more = f"<readMore><resultId>{result_id}</resultId></readMore>"
    assert other.ask(more).errors()[0].errorno == "readMore failed"
    assert mine.ask(more).statuses == ["success"]


def test_pages_of_a_query_are_counted_from_the_offset(books: Conversation) -> None:
    answer = books.ask(query("ITEM", "RECORDNO", order="RECORDNO", pagesize=3, offset=18))
    assert answer.values("RECORDNO") == ["19", "20"]
    assert (answer.data("totalcount"), answer.data("offset"), answer.data("numremaining")) == ("20", "18", "0")


def test_without_an_order_there_is_none(books: Conversation) -> None:
    orders = {tuple(books.ask(query("ITEM", "RECORDNO")).values("RECORDNO")) for _ in range(4)}
    assert len(orders) > 1
    assert {tuple(sorted(one)) for one in orders} == {tuple(sorted(next(iter(orders))))}
