"""`update` and `delete` (protocol 3.2)."""

import pytest

from tests.sandbox.conversation import Conversation, create, query, tags, update
from tests.sandbox.documents import GL_LINES, bill, journal_entry, legacy


def delete(object_name: str, keys: str) -> str:
    return f"<delete>{tags({'object': object_name, 'keys': keys})}</delete>"


def test_an_update_changes_only_what_it_gives(gateway: Conversation) -> None:
    contact = {"PRINTAS": "Old", "EMAIL1": "old@example.test"}
    gateway.ask(create("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "Old", "COMMENTS": "Kept", "DISPLAYCONTACT": contact}))
    change = {"CUSTOMERID": "C-1", "NAME": "New", "DISPLAYCONTACT": {"EMAIL1": "new@example.test"}}
    answer = gateway.ask(update("CUSTOMER", change))
    assert answer.root.findtext(".//data/customer/CUSTOMERID") == "C-1"
    (stored,) = [one for one in gateway.sandbox.objects("CUSTOMER") if one["CUSTOMERID"] == "C-1"]
    assert (stored["NAME"], stored["COMMENTS"]) == ("New", "Kept")
    assert stored["DISPLAYCONTACT"] == {"PRINTAS": "Old", "EMAIL1": "new@example.test"}


def test_an_empty_element_clears_a_field(gateway: Conversation) -> None:
    gateway.ask(create("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "One", "COMMENTS": "Gone"}))
    gateway.ask(update("CUSTOMER", {"CUSTOMERID": "C-1", "COMMENTS": ""}))
    assert "COMMENTS" not in gateway.sandbox.objects("CUSTOMER")[-1]


@pytest.mark.parametrize("key", ["RECORDNO", "CUSTOMERID"])
def test_a_master_record_is_found_by_number_or_by_its_id(gateway: Conversation, key: str) -> None:
    stored = gateway.sandbox.objects("CUSTOMER")[0]
    assert gateway.ask(update("CUSTOMER", {key: stored[key], "NAME": "New"})).statuses == ["success"]
    assert gateway.sandbox.objects("CUSTOMER")[0]["NAME"] == "New"


@pytest.mark.parametrize(
    ("object_name", "fields", "text"),
    [
        ("CUSTOMER", {"CUSTOMERID": "NOBODY", "NAME": "x"}, "Cannot find customer with key 'NOBODY' to update"),
        ("CUSTOMER", {"RECORDNO": "99999", "NAME": "x"}, "Cannot find customer with key '99999' to update"),
        ("CUSTOMER", {"RECORDNO": "1", "CUSTOMERID": "OTHER"}, "CUSTOMERID cannot be changed."),
        ("CUSTOMER", {"CUSTOMERID": "CUST-01", "NAME": ""}, "Required field NAME is missing"),
        ("CUSTOMER", {"CUSTOMERID": "CUST-01", "TERMNAME": "XX"}, "AR term 'XX' specified is not valid."),
        ("CUSTOMER", {"CUSTOMERID": "CUST-01", "STATUS": "asleep"}, "Invalid STATUS 'asleep'"),
        ("APBILL", {"RECORDID": "B-1"}, "Required field RECORDNO is missing"),
        ("APTERM", {"NAME": "NET30"}, "You do not have permission for API operation UPDATE on objects of type APTERM"),
    ],
)
def test_an_update_that_may_not_be(gateway: Conversation, object_name: str, fields: dict[str, str], text: str) -> None:
    before = gateway.sandbox.objects(object_name)
    assert gateway.ask(update(object_name, fields)).errors()[0].text == text
    assert gateway.sandbox.objects(object_name) == before


def test_the_lines_stay_when_an_update_leaves_them_out(gateway: Conversation) -> None:
    number = gateway.ask(create("APBILL", bill())).record_no
    before = gateway.sandbox.objects("APBILL")[0]
    assert gateway.ask(update("APBILL", {"RECORDNO": number, "DESCRIPTION": "Seen"})).statuses == ["success"]
    after = gateway.sandbox.objects("APBILL")[0]
    assert after["APBILLITEMS"] == before["APBILLITEMS"]
    assert (after["DESCRIPTION"], after["TRX_TOTALENTERED"]) == ("Seen", "129.90")


def test_lines_that_are_given_replace_all(gateway: Conversation) -> None:
    number = gateway.ask(create("GLBATCH", journal_entry())).record_no
    three = [
        {**GL_LINES[0], "TRX_AMOUNT": "10"},
        {**GL_LINES[0], "TRX_AMOUNT": "20"},
        {**GL_LINES[1], "TRX_AMOUNT": "30"},
    ]
    assert gateway.ask(update("GLBATCH", {"RECORDNO": number, "ENTRIES": {"GLENTRY": three}})).statuses == ["success"]
    (stored,) = gateway.sandbox.objects("GLBATCH")
    assert [line["TRX_AMOUNT"] for line in stored["ENTRIES"]] == ["10.00", "20.00", "30.00"]
    unbalanced = {"RECORDNO": number, "ENTRIES": {"GLENTRY": three[:2]}}
    assert gateway.ask(update("GLBATCH", unbalanced)).statuses == ["failure"]
    assert gateway.sandbox.objects("GLBATCH") == [stored]


def test_a_bill_keeps_its_own_number_but_takes_no_other_one_s(gateway: Conversation) -> None:
    first = gateway.ask(create("APBILL", bill(RECORDID="B-1"))).record_no
    gateway.ask(create("APBILL", bill(RECORDID="B-2")))
    assert gateway.ask(update("APBILL", {"RECORDNO": first, "RECORDID": "B-1"})).statuses == ["success"]
    taken = gateway.ask(update("APBILL", {"RECORDNO": first, "RECORDID": "B-2"}))
    assert taken.errors()[0].errorno == "BL34000061"


def test_a_changed_record_is_found_by_what_it_became(gateway: Conversation) -> None:
    number = gateway.ask(create("APBILL", bill(RECORDID="OLD", DMO_POSTING_KEY="K-1"))).record_no
    gateway.ask(update("APBILL", {"RECORDNO": number, "RECORDID": "NEW", "DMO_POSTING_KEY": "K-2"}))

    def found(field: str, value: str) -> list[str]:
        condition = f"<equalto><field>{field}</field><value>{value}</value></equalto>"
        return gateway.ask(query("APBILL", "RECORDNO", condition=condition)).values("RECORDNO")

    assert (found("RECORDID", "OLD"), found("DMO_POSTING_KEY", "K-1")) == ([], [])
    assert (found("RECORDID", "NEW"), found("DMO_POSTING_KEY", "K-2")) == ([number], [number])


def test_a_deleted_document_is_gone_with_its_lines_and_its_number(gateway: Conversation) -> None:
    number = gateway.ask(create("APBILL", bill(RECORDID="B-1"))).record_no
    answer = gateway.ask(delete("APBILL", number))
    assert (answer.statuses, answer.root.find(".//data")) == (["success"], None)
    assert (gateway.sandbox.objects("APBILL"), gateway.sandbox.objects("APBILLITEM")) == ([], [])
    assert gateway.ask(create("APBILL", bill(RECORDID="B-1"))).record_no == str(int(number) + 1)


def test_a_legacy_document_is_deleted_generically(gateway: Conversation) -> None:
    number = gateway.ask(f"<create_invoice>{tags(legacy('create_invoice'))}</create_invoice>").record_no
    assert gateway.ask(delete("ARINVOICE", number)).statuses == ["success"]
    assert gateway.sandbox.objects("ARINVOICE") == []


def test_several_keys_are_deleted_together_or_not_at_all(gateway: Conversation) -> None:
    numbers = [gateway.ask(create("APBILL", bill())).record_no for _ in range(3)]
    answer = gateway.ask(delete("APBILL", f"{numbers[0]},99"))
    assert [error.text for error in answer.errors()] == ["Cannot find bill with key '99' to delete"]
    assert len(gateway.sandbox.objects("APBILL")) == 3
    assert gateway.ask(delete("APBILL", ",".join(numbers[:2]))).statuses == ["success"]
    assert [stored["RECORDNO"] for stored in gateway.sandbox.objects("APBILL")] == numbers[2:]


@pytest.mark.parametrize(
    ("object_name", "keys", "errorno"),
    [
        pytest.param("APTERM", "1", "PL04000005", id="a term"),
        pytest.param("UNICORN", "1", "DL02000001", id="no object"),
        pytest.param("APBILL", ",".join(map(str, range(101))), "DL02000001", id="more than 100 keys"),
        pytest.param("APBILL", "one", "BL01001973", id="no number"),
    ],
)
def test_a_delete_that_may_not_be(gateway: Conversation, object_name: str, keys: str, errorno: str) -> None:
    assert gateway.ask(delete(object_name, keys)).errors()[0].errorno == errorno


def test_an_entity_does_not_change_what_is_another_one_s(gateway: Conversation) -> None:
    number = gateway.open("100").ask(create("APBILL", bill())).record_no
    other = gateway.open("200")
    assert other.ask(delete("APBILL", number)).statuses == ["failure"]
    assert other.ask(update("APBILL", {"RECORDNO": number, "DESCRIPTION": "x"})).statuses == ["failure"]
    assert "DESCRIPTION" not in gateway.sandbox.objects("APBILL")[0]
