"""Conditions of `query` and of `readByQuery`, orders and aggregates (protocol 3.4, 3.5)."""

import pytest

from tests.sandbox.conversation import Conversation, create, equal, query, tags
from tests.sandbox.documents import bill
from tests.sandbox_process import SandboxProcess

AMOUNTS = ("5.00", "20.00", "100.00")


def has(operator: str, field: str, *values: str) -> str:
    return f"<{operator}><field>{field}</field>{''.join(f'<value>{value}</value>' for value in values)}</{operator}>"


@pytest.fixture(scope="module")
def books(sandbox_process: SandboxProcess) -> Conversation:
    """Three bills: of 5, 20 and 100; on the 1st, 2nd and 3rd; the second one described. These tests change nothing."""
    sandbox_process.clear()
    conversation = Conversation(sandbox_process)
    for index, amount in enumerate(AMOUNTS, start=1):
        line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": amount, "LOCATIONID": "100"}
        more = {"DESCRIPTION": "Nuts and O'Bolts [K-2]"} if index == 2 else {}
        conversation.ask(create("APBILL", bill(line, RECORDID=f"B-{index}", WHENCREATED=f"10/0{index}/2026", **more)))
    return conversation


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        pytest.param(has("equalto", "RECORDID", "B-2"), "2", id="equal"),
        pytest.param(has("equalto", "RECORDID", "b-2"), "", id="case counts"),
        pytest.param(has("notequalto", "RECORDID", "B-2"), "13", id="not equal"),
        pytest.param(has("equalto", "TRX_TOTALENTERED", "20"), "2", id="amounts as numbers"),
        pytest.param(has("greaterthan", "TRX_TOTALENTERED", "5"), "23", id="greater"),
        pytest.param(has("greaterthanorequalto", "TRX_TOTALENTERED", "5.0"), "123", id="at least"),
        pytest.param(has("lessthan", "TRX_TOTALENTERED", "100"), "12", id="less: not as text"),
        pytest.param(has("lessthanorequalto", "WHENCREATED", "10/02/2026"), "12", id="dates as dates"),
        pytest.param(has("between", "WHENCREATED", "10/02/2026", "10/31/2026"), "23", id="between"),
        pytest.param(has("greaterthan", "RECORDNO", "1"), "23", id="keyset paging"),
        pytest.param(has("in", "RECORDID", "B-1", "B-3", "B-9"), "13", id="in"),
        pytest.param(has("notin", "RECORDID", "B-1", "B-3"), "2", id="not in"),
        pytest.param(has("like", "DESCRIPTION", "%[K-2]"), "2", id="like: the end"),
        pytest.param(has("like", "RECORDID", "B-_"), "123", id="like: one character"),
        pytest.param(has("notlike", "DESCRIPTION", "%Bolts%"), "13", id="not like"),
        pytest.param(has("isnull", "DESCRIPTION"), "13", id="empty"),
        pytest.param(has("isnotnull", "DESCRIPTION"), "2", id="not empty"),
        pytest.param(f"<and>{equal('VENDORID', 'SUPP-01')}{equal('RECORDID', 'B-3')}</and>", "3", id="and"),
        pytest.param(f"<or>{has('equalto', 'RECORDID', 'B-1')}{has('isnotnull', 'DESCRIPTION')}</or>", "12", id="or"),
        pytest.param(f"<or>{has('like', 'DESCRIPTION', '%[K-2]')}{has('like', 'DESCRIPTION', '%[K-9]')}</or>", "2",
                     id="or of likes"),
        pytest.param(f"<and><or>{equal('RECORDNO', '1')}{equal('RECORDNO', '2')}</or>{equal('RECORDID', 'B-2')}</and>",
                     "2", id="nested"),
        pytest.param(has("equalto", "STATE", "Posted"), "123", id="labels, as people see them"),
        pytest.param(has("equalto", "STATE", "A"), "", id="not codes"),
    ],
)  # fmt: skip
def test_a_filter_finds(books: Conversation, condition: str, found: str) -> None:
    assert books.ask(query("APBILL", "RECORDNO", condition=condition, order="RECORDNO")).values("RECORDNO") == list(
        found
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "123"),
        ("RECORDID = 'B-2'", "2"),
        ("RECORDID != 'B-2'", "13"),
        ("RECORDID in ('B-1', 'B-3')", "13"),
        ("RECORDID not in ('B-1', 'B-3')", "2"),
        ("RECORDID like 'B-%' and TRX_TOTALENTERED > 5", "23"),
        ("RECORDID not like 'B-%'", ""),
        ("DESCRIPTION = 'Nuts and O\\'Bolts [K-2]'", "2"),
        ("DESCRIPTION IS NULL", "13"),
        ("description is not null", "2"),
        ("RECORDID = 'B-1' or RECORDID = 'B-2' and TRX_TOTALENTERED > 50", "1"),
        ("(RECORDID = 'B-1' or RECORDID = 'B-2') and TRX_TOTALENTERED < 50", "12"),
        ("NOT (RECORDID = 'B-1')", "23"),
        ("WHENCREATED >= '10/02/2026'", "23"),
        ("STATE = 'A'", "123"),
        ("STATE = 'Posted'", ""),
    ],
)
def test_a_text_finds(books: Conversation, text: str, found: str) -> None:
    """`readByQuery` compares codes where `query` compares labels."""
    inside = tags({"object": "APBILL", "query": text, "fields": "RECORDNO"})
    assert sorted(books.ask(f"<readByQuery>{inside}</readByQuery>").values("RECORDNO")) == list(found)


@pytest.mark.parametrize(
    "text", ["RECORDID", "RECORDID =", "RECORDID ~ 'x'", "(RECORDID = 'x'", "RECORDID = 'x' garbage", "RECORDID in 'x'",
             "WHENCREATED = '2026-10-02'", "RECORDID = 'x"],
)  # fmt: skip
def test_a_text_that_is_none(books: Conversation, text: str) -> None:
    answer = books.ask(f"<readByQuery>{tags({'object': 'APBILL', 'query': text})}</readByQuery>")
    assert [error.errorno for error in answer.errors()] == ["DL02000001"]


@pytest.mark.parametrize(
    ("condition", "errorno"),
    [
        (has("equalto", "COLOUR", "red"), "XL03000010"),
        (has("equalto", "RECORDID"), "DL02000001"),
        (has("between", "RECORDNO", "1"), "DL02000001"),
        (has("in", "RECORDID", *map(str, range(1001))), "DL02000001"),
        (has("equalto", "WHENCREATED", "2026-10-02"), "DL02000001"),
        (f"<and>{equal('RECORDID', 'B-1')}</and>", "DL02000001"),
        (has("resembles", "RECORDID", "B-1"), "DL02000001"),
        (has("equalto", "VENDOR.NAME", "Albany Foundry"), "XL03000006"),
    ],
    ids=["field", "no value", "one bound", "too many", "iso date", "and of one", "operator", "a related field"],
)
def test_a_filter_that_is_none(books: Conversation, condition: str, errorno: str) -> None:
    assert books.ask(query("APBILL", "RECORDNO", condition=condition)).errors()[0].errorno == errorno


def test_case_does_not_count_where_it_shall_not(books: Conversation) -> None:
    options = "<options><caseinsensitive>true</caseinsensitive><showprivate>true</showprivate></options>"
    for condition in (equal("RECORDID", "b-2"), has("like", "RECORDID", "b-2"), has("in", "RECORDID", "b-2")):
        answer = books.ask(query("APBILL", "RECORDNO", condition=condition, options=options))
        assert answer.values("RECORDNO") == ["2"]


def test_an_order_by_two_fields(books: Conversation) -> None:
    orders = "<order><field>VENDORID</field></order><order><field>TRX_TOTALENTERED</field><descending/></order>"
    ask = query("APBILL", "RECORDNO").replace("</select>", f"</select><orderby>{orders}</orderby>")
    assert books.ask(ask).values("RECORDNO") == ["3", "2", "1"]


def test_fields_of_related_records(books: Conversation) -> None:
    """The element's name contains the dot (protocol 2.2)."""
    ask = query("APBILL", "VENDOR.NAME", "VENDOR.STATUS", condition=equal("RECORDNO", "1"))
    (row,) = books.ask(ask).rows
    assert [(one.tag, one.text) for one in row] == [("VENDOR.NAME", "Albany Foundry"), ("VENDOR.STATUS", "active")]


def test_aggregates(books: Conversation) -> None:
    selected = (
        "<count>RECORDNO</count><sum>TRX_TOTALENTERED</sum><min>TRX_TOTALENTERED</min><max>TRX_TOTALENTERED</max>"
    )
    ask = query("APBILL").replace("<select>", f"<select><field>VENDORID</field>{selected}")
    (row,) = books.ask(ask).rows
    assert {one.tag: one.text for one in row} == {
        "VENDORID": "SUPP-01",
        "COUNT.RECORDNO": "3",
        "SUM.TRX_TOTALENTERED": "125.00",
        "MIN.TRX_TOTALENTERED": "5.00",
        "MAX.TRX_TOTALENTERED": "100.00",
    }


def test_a_count_of_nothing(books: Conversation) -> None:
    ask = query("ARINVOICE").replace("<select>", "<select><count>RECORDNO</count>")
    assert books.ask(ask).values("COUNT.RECORDNO") == ["0"]
