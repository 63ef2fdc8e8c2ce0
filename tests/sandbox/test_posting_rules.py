"""Holds, locks, closed books and missing numbers: each rule with the neighbour that is still taken."""

from typing import Any

import pytest

from tests.sandbox.conversation import Conversation, create, equal, query, tags, update
from tests.sandbox.documents import GL_LINES, LINE_ITEM, advance, bill, day, journal_entry, legacy

LINE = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "10.00", "LOCATIONID": "100"}
IN_GB = {**LINE, "LOCATIONID": "200-WH1"}
ITEM_IN_GB = {**LINE_ITEM, "locationid": "200"}
GL_IN_GB = [{**line, "LOCATION": "200"} for line in GL_LINES]
LOCKED = "Entity '200' is locked. Nothing can be posted to its locations."
CLOSED_THERE = "The period is closed for entity '200'. Date must be on or after 11/01/2026."


def wrapped(function: str, *lines: dict[str, Any], **changes: Any) -> str:
    return f"<{function}>{tags(legacy(function, *lines, **changes))}</{function}>"


def refused(gateway: Conversation, function: str) -> tuple[str, str]:
    """The number and words of the only function's refusal."""
    answer = gateway.ask(function)
    assert answer.statuses == ["failure"]
    return answer.errors()[0].errorno, answer.errors()[0].text


def taken(gateway: Conversation, *functions: str) -> bool:
    return set(gateway.ask(*functions).statuses) == {"success"}


def test_an_inactive_journal_takes_no_entry(gateway: Conversation) -> None:
    gateway.sandbox.records("GLJOURNAL", put=[{"SYMBOL": "ADJ", "STATUS": "inactive"}])
    entry = create("GLBATCH", journal_entry(JOURNAL="ADJ"))
    assert refused(gateway, entry) == ("BL01001973", "Journal 'ADJ' is inactive.")
    assert gateway.sandbox.objects("GLBATCH") == []
    assert taken(gateway, create("GLBATCH", journal_entry(JOURNAL="GJ")))


@pytest.mark.parametrize("account", ["9990", "8888"])
def test_an_offset_account_is_there_and_active(gateway: Conversation, account: str) -> None:
    assert refused(gateway, create("APBILL", bill({**LINE, "OFFSETGLACCOUNTNO": account})))[0] == "BL01001973"
    assert taken(gateway, create("APBILL", bill({**LINE, "OFFSETGLACCOUNTNO": "2100"})))


def test_a_supplier_on_hold_takes_credits_only(gateway: Conversation) -> None:
    held = bill(VENDORID="SUPP-09")
    assert refused(gateway, create("APBILL", held)) == ("BL03000131", "Vendor 'SUPP-09' is on hold.")
    assert gateway.sandbox.objects("APBILL") == []
    assert taken(gateway, create("APBILL", bill({**LINE, "TRX_AMOUNT": "-10"}, VENDORID="SUPP-09")))
    gateway.sandbox.set(vendors_on_hold_refuse_bills=False)
    assert taken(gateway, create("APBILL", held))


def test_a_customer_on_hold_takes_credits_only(gateway: Conversation) -> None:
    mixed = [{**LINE_ITEM, "amount": "10.00"}, {**LINE_ITEM, "amount": "-10.01"}]
    assert taken(gateway, wrapped("create_invoice", *mixed, customerid="CUST-11"))
    assert gateway.sandbox.objects("ARINVOICE")[0]["TRX_TOTALENTERED"] == "-0.01"
    level = [mixed[0], {**LINE_ITEM, "amount": "-10.00"}]
    assert refused(gateway, wrapped("create_invoice", *level, customerid="CUST-11"))[0] == "BL03000131"


def test_the_supplier_document_number_where_it_is_required(gateway: Conversation) -> None:
    assert taken(gateway, create("APBILL", bill()))
    gateway.sandbox.set(require_supplier_document_number=True)
    assert refused(gateway, create("APBILL", bill())) == ("BL03000018", "Required field DOCNUMBER is missing")
    assert refused(gateway, wrapped("create_bill")) == ("BL03000018", "Required field DOCNUMBER is missing")
    assert taken(gateway, create("APBILL", bill(DOCNUMBER="S-1")), create("APBILL", bill(ACTION="Draft")))


DOCUMENTS = [
    pytest.param(create("APBILL", bill(IN_GB)), create("APBILL", bill(LINE)), id="bill"),
    pytest.param(create("APBILL", bill(LINE, IN_GB)), create("APBILL", bill(LINE, LINE)), id="one line of a bill"),
    pytest.param(
        wrapped("create_invoice", {**LINE_ITEM, "locationid": "200"}), wrapped("create_invoice"), id="invoice"
    ),
    pytest.param(
        wrapped("create_aradjustment", {**LINE_ITEM, "locationid": "200"}), wrapped("create_aradjustment"), id="credit"
    ),
    pytest.param(create("GLBATCH", journal_entry(*GL_IN_GB)), create("GLBATCH", journal_entry()), id="journal entry"),
]


@pytest.mark.parametrize(("there", "elsewhere"), DOCUMENTS)
def test_a_locked_entity(gateway: Conversation, there: str, elsewhere: str) -> None:
    gateway.sandbox.set(locked_entities=["200"])
    assert refused(gateway, there) == ("BL01001973", LOCKED)
    assert taken(gateway, elsewhere)


@pytest.mark.parametrize(("there", "elsewhere"), DOCUMENTS)
def test_books_closed_in_one_entity(gateway: Conversation, there: str, elsewhere: str) -> None:
    gateway.sandbox.set(books_closed_until_by_entity={"200": "2026-10-31"})
    assert refused(gateway, there) == ("BL03000060", CLOSED_THERE)
    assert taken(gateway, elsewhere)
    gateway.sandbox.set(books_closed_until_by_entity={"200": "2026-10-20"})
    assert taken(gateway, there)


def test_the_gl_date_counts_and_within_an_entity_its_books(gateway: Conversation) -> None:
    gateway.sandbox.set(books_closed_until_by_entity={"200": "2026-10-31"})
    entity = gateway.open("200")
    late = bill({**LINE, "LOCATIONID": "200"}, WHENPOSTED="11/01/2026")
    assert taken(entity, create("APBILL", late))
    assert refused(entity, create("APBILL", bill({**LINE, "LOCATIONID": ""})))[0] == "BL03000060"
    assert refused(entity, create("ARADVANCE", advance(RECEIPTDATE="10/31/2026", PAYMENTDATE="11/02/2026"))) == (
        "BL01001973", "Location '100' specified is not valid.",
    )  # fmt: skip


def test_what_is_posted_cannot_be_moved_into_closed_books(gateway: Conversation) -> None:
    number = gateway.ask(create("APBILL", bill(IN_GB))).record_no
    gateway.sandbox.set(books_closed_until_by_entity={"200": "2026-10-21"})
    moved = {"RECORDNO": number, "WHENPOSTED": "10/20/2026"}
    assert refused(gateway, update("APBILL", moved))[0] == "BL03000060"
    assert taken(gateway, update("APBILL", {**moved, "WHENPOSTED": "10/22/2026"}))
    (line,) = gateway.sandbox.objects("APBILL")[0]["APBILLITEMS"]
    assert (line["ENTRY_DATE"], line["TRX_AMOUNT"]) == ("10/22/2026", "10.00")


@pytest.mark.parametrize("value", [{"200": "soon"}, {"200": 5}, []])
def test_a_day_that_is_none_is_no_setting(gateway: Conversation, value: Any) -> None:
    with pytest.raises(AssertionError, match="detail"):
        gateway.sandbox.set(books_closed_until_by_entity=value)


class TestAdvances:
    def line(self, **changes: str) -> dict[str, str]:
        fields = {"ACCOUNTNO": "1100", "TRX_AMOUNT": "50.00", "LOCATIONID": "100"} | changes
        return {name: value for name, value in fields.items() if value}

    def advance(self, *lines: dict[str, str], **changes: str) -> dict[str, Any]:
        return {**advance(**changes), "ARADVANCEITEMS": {"ARADVANCEITEM": list(lines)}}

    def test_what_is_not_applied_is_due_from_the_receipt_date_on(self, gateway: Conversation) -> None:
        lines = [self.line(ACCOUNTNO=""), self.line(TRX_AMOUNT="0.10")]
        fields = self.advance(*lines, RECEIPTDATE="10/22/2026", DMO_POSTING_KEY="KEY-1")
        assert taken(gateway, create("ARADVANCE", fields))
        (stored,) = gateway.sandbox.objects("ARADVANCE")
        expected = {"STATE": "Posted", "TRX_TOTALENTERED": "50.10", "TRX_TOTALDUE": "50.10", "TRX_TOTALPAID": "0.00",
                    "WHENPOSTED": "10/22/2026", "DMO_POSTING_KEY": "KEY-1"}  # fmt: skip
        assert stored.items() >= expected.items()

    def test_in_an_entity(self, gateway: Conversation) -> None:
        assert taken(gateway.open("200"), create("ARADVANCE", self.advance(self.line(LOCATIONID=""))))
        (stored,) = gateway.sandbox.objects("ARADVANCE")
        assert (stored["MEGAENTITYID"], stored["ARADVANCEITEMS"][0]["LOCATIONID"]) == ("200", "200")

    def test_the_undeposited_account_is_there(self, gateway: Conversation) -> None:
        undeposited = self.advance(self.line(), UNDEPOSITEDACCOUNTNO="8888", FINANCIALENTITY="")
        assert refused(gateway, create("ARADVANCE", undeposited))[1] == "Account '8888' specified is not valid."
        assert taken(gateway, create("ARADVANCE", {**undeposited, "UNDEPOSITEDACCOUNTNO": "1000"}))


def test_what_is_read_only_is_not_taken_from_the_caller(gateway: Conversation) -> None:
    fields = bill(LINE, STATE="Paid", TRX_TOTALENTERED="1", TRX_TOTALPAID="10.00", TRX_TOTALDUE="0")
    number = gateway.ask(create("APBILL", fields)).record_no
    gateway.ask(update("APBILL", {"RECORDNO": number, "STATE": "Paid", "TRX_TOTALPAID": "9"}))
    (stored,) = gateway.sandbox.objects("APBILL")
    assert [stored[name] for name in ("STATE", "TRX_TOTALENTERED", "TRX_TOTALPAID", "TRX_TOTALDUE")] == [
        "Posted", "10.00", "0.00", "10.00",
    ]  # fmt: skip


def test_a_draft_that_is_submitted_is_posted(gateway: Conversation) -> None:
    number = gateway.ask(create("APBILL", bill(ACTION="Draft"))).record_no
    assert taken(gateway, update("APBILL", {"RECORDNO": number, "ACTION": "Submit"}))
    assert gateway.sandbox.objects("APBILL")[0]["STATE"] == "Posted"


class TestReadingForReconciliation:
    """What is posted is found by its day, its currency, its amount and its key."""

    FIRST, LAST = "10/20/2026", "10/22/2026"

    def within(self, field: str) -> str:
        inner = "".join(f"<value>{value}</value>" for value in (self.FIRST, self.LAST))
        return f"<between><field>{field}</field>{inner}</between>"

    def not_before(self, field: str) -> str:
        operators = (("greaterthanorequalto", self.FIRST), ("lessthanorequalto", self.LAST))
        parts = (f"<{one}><field>{field}</field><value>{value}</value></{one}>" for one, value in operators)
        return f"<and>{''.join(parts)}</and>"

    def post(self, gateway: Conversation) -> None:
        """Of each kind one in the range, in pounds and with a key, and one after it."""
        pounds = {"CURRENCY": "GBP", "EXCHANGE_RATE": "1", "DMO_POSTING_KEY": "KEY-1"}
        custom = {"customfield": {"customfieldname": "DMO_POSTING_KEY", "customfieldvalue": "KEY-1"}}
        gl_lines = [{**line, "CURRENCY": "GBP"} for line in GL_LINES]
        made = [
            create("GLBATCH", journal_entry(*gl_lines, DMO_POSTING_KEY="KEY-1")),
            create("GLBATCH", journal_entry(BATCH_DATE="10/23/2026", JOURNAL="GJ")),
            create("APBILL", bill(**pounds)),
            create("APBILL", bill({**LINE, "TRX_AMOUNT": "7"}, WHENPOSTED="10/23/2026")),
            create("ARADVANCE", advance(**pounds)),
            create("ARADVANCE", advance(RECEIPTDATE="10/23/2026")),
        ]
        currency: dict[str, Any] = {"currency": "GBP", "exchrate": "1"}
        for function, has_custom in (("create_invoice", True), ("create_aradjustment", False),
                                     ("create_apadjustment", True)):  # fmt: skip
            fields = legacy(function)
            items = {name: fields.pop(name) for name in list(fields) if name.endswith("items")}
            more = currency | ({"customfields": custom} if has_custom else {})
            made.append(f"<{function}>{tags(fields | more | items)}</{function}>")
            later = {name: value for name, value in fields.items() if name != "datecreated"}
            first = next(iter(later))
            dated = {first: later.pop(first), "datecreated": day("2026", "10", "23")}
            numbered = {name: f"{value}-2" if name.endswith("no") else value for name, value in later.items()}
            made.append(f"<{function}>{tags(dated | numbered | items)}</{function}>")
        answer = gateway.ask(*made)
        assert set(answer.statuses) == {"success"}, [error for i in range(len(made)) for error in answer.errors(i)]

    def test_by_day_currency_amount_and_key(self, gateway: Conversation) -> None:
        self.post(gateway)
        dated = {"GLBATCH": "BATCH_DATE", "GLENTRY": "BATCH_DATE", "ARADVANCE": "RECEIPTDATE"}
        for name, lines in (("GLBATCH", "GLENTRY"), ("APBILL", "APBILLITEM"), ("ARADVANCE", "ARADVANCEITEM"),
                            ("ARINVOICE", "ARINVOICEITEM"), ("ARADJUSTMENT", "ARADJUSTMENTITEM"),
                            ("APADJUSTMENT", "APADJUSTMENTITEM")):  # fmt: skip
            field = dated.get(name, "WHENPOSTED")
            for condition in (self.within(field), self.not_before(field)):
                assert gateway.ask(query(name, "RECORDNO", condition=condition)).values("RECORDNO") == ["1"], name
            keyed = gateway.ask(query(name, "RECORDNO", condition=equal("DMO_POSTING_KEY", "KEY-1")))
            assert keyed.values("RECORDNO") == ([] if name == "ARADJUSTMENT" else ["1"]), name
            if name != "GLBATCH":
                pounds = f"<and>{equal('CURRENCY', 'GBP')}{equal('MEGAENTITYID', '')}</and>"
                assert gateway.ask(query(name, "RECORDNO", condition=pounds)).values("RECORDNO") == ["1"], name
            parent = "BATCHNO" if lines == "GLENTRY" else "RECORDKEY"
            day_of_line = dated.get(lines, "ENTRY_DATE")
            condition = f"<and>{self.within(day_of_line)}{equal('CURRENCY', 'GBP')}</and>"
            found = gateway.ask(query(lines, parent, "TRX_AMOUNT", "MEGAENTITYID", condition=condition))
            assert set(found.values(parent)) == {"1"}, lines

    def test_by_journal_and_amount(self, gateway: Conversation) -> None:
        self.post(gateway)
        assert gateway.ask(query("GLBATCH", "RECORDNO", condition=equal("JOURNAL", "GJ"))).values("RECORDNO") == ["2"]
        wanted = "<in><field>TRX_TOTALENTERED</field><value>7</value><value>8.5</value></in>"
        for condition in (wanted, equal("TRX_TOTALENTERED", "7.0")):
            assert gateway.ask(query("APBILL", "RECORDNO", condition=condition)).values("RECORDNO") == ["2"]
        text = "WHENPOSTED &gt;= '10/20/2026' AND WHENPOSTED &lt;= '10/23/2026' AND TRX_TOTALENTERED IN ('7.0', '8')"
        read = f"<readByQuery><object>APBILL</object><fields>RECORDNO</fields><query>{text}</query></readByQuery>"
        assert gateway.ask(read).values("RECORDNO") == ["2"]

    def test_an_invoice_tells_what_is_paid_and_due(self, gateway: Conversation) -> None:
        gateway.ask(wrapped("create_invoice"))
        asked = gateway.ask(query("ARINVOICE", "TRX_TOTALPAID", "TRX_TOTALDUE", "STATE", "WHENPAID"))
        assert [one.text or "" for one in asked.rows[0]] == ["0.00", "100.00", "Posted", ""]

    def test_by_entity(self, gateway: Conversation) -> None:
        assert taken(gateway.open("200"), create("APBILL", bill({**LINE, "LOCATIONID": "200"})))
        assert taken(gateway, create("APBILL", bill()))
        for name in ("APBILL", "APBILLITEM"):
            asked = gateway.ask(query(name, "RECORDNO", condition=equal("MEGAENTITYID", "200")))
            assert asked.values("RECORDNO") == ["1"], name
