"""`transaction` and `uniqueid` (protocol 2.3 levels 4 and 5, 2.7)."""

import concurrent.futures

import pytest

from tests.sandbox.conversation import ROLLED_BACK, Conversation, create, query, tags
from tests.sandbox.documents import bill, journal_entry, legacy

GOOD, BAD = bill(RECORDID="GOOD"), bill(RECORDID="BAD", VENDORID="NOBODY")


def test_without_a_transaction_each_function_stands_alone(gateway: Conversation) -> None:
    answer = gateway.ask(create("APBILL", GOOD), create("APBILL", BAD), create("GLBATCH", journal_entry()))
    assert answer.statuses == ["success", "failure", "success"]
    assert [one["RECORDID"] for one in gateway.sandbox.objects("APBILL")] == ["GOOD"]
    assert len(gateway.sandbox.objects("GLBATCH")) == 1


def test_in_a_transaction_one_failure_undoes_all(gateway: Conversation) -> None:
    invoice = f"<create_invoice>{tags(legacy('create_invoice'))}</create_invoice>"
    answer = gateway.ask(create("APBILL", GOOD), create("APBILL", BAD), invoice, transaction=True)
    assert answer.statuses == ["aborted", "aborted", "aborted"]
    assert [[error.errorno for error in answer.errors(index)] for index in range(3)] == [
        [ROLLED_BACK],
        ["BL01001973", ROLLED_BACK],
        [ROLLED_BACK],
    ]
    assert gateway.sandbox.objects("APBILL") == gateway.sandbox.objects("ARINVOICE") == []


def test_in_a_transaction_of_good_ones_all_are_done(gateway: Conversation) -> None:
    answer = gateway.ask(create("APBILL", GOOD), create("GLBATCH", journal_entry()), transaction=True)
    assert answer.statuses == ["success", "success"]


def test_a_function_sees_what_the_one_before_it_did(gateway: Conversation) -> None:
    ask = query("CUSTOMER", "NAME", condition="<equalto><field>CUSTOMERID</field><value>C-1</value></equalto>")
    invoice = f"<create_invoice>{tags(legacy('create_invoice', customerid='C-1'))}</create_invoice>"
    answer = gateway.ask(create("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "New"}), invoice, ask, transaction=True)
    assert answer.statuses == ["success"] * 3


def test_a_record_number_of_a_rolled_back_record_is_given_again(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", GOOD), create("APBILL", BAD), transaction=True)
    assert gateway.ask(create("APBILL", GOOD)).record_no == "1"


def test_a_completed_control_id_is_refused_again(gateway: Conversation) -> None:
    first = gateway.ask(create("APBILL", GOOD), ids=["once"])
    again = gateway.ask(create("APBILL", bill()), ids=["once"])
    assert (first.statuses, again.statuses) == (["success"], ["failure"])
    assert again.errors()[0].text == "The control ID once has already been executed."
    assert len(gateway.sandbox.objects("APBILL")) == 1


def test_a_failed_function_does_not_use_up_its_control_id(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", BAD), ids=["once"])
    assert gateway.ask(create("APBILL", GOOD), ids=["once"]).statuses == ["success"]


def test_a_rolled_back_function_does_not_either(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", GOOD), create("APBILL", BAD), ids=["one", "two"], transaction=True)
    assert gateway.ask(create("APBILL", GOOD), ids=["one"]).statuses == ["success"]


@pytest.mark.parametrize("mode", ["completed_only", "atomic"])
def test_the_same_control_id_twice_in_a_request(gateway: Conversation, mode: str) -> None:
    gateway.sandbox.set(uniqueid_mode=mode)
    answer = gateway.ask(create("APBILL", bill()), create("APBILL", bill()), ids=["once", "once"])
    assert answer.statuses == ["success", "failure"]


def test_without_uniqueid_a_repeat_runs_again(gateway: Conversation) -> None:
    for _ in range(2):
        assert gateway.ask(create("GLBATCH", journal_entry()), ids=["once"], unique=False).statuses == ["success"]
    assert len(gateway.sandbox.objects("GLBATCH")) == 2


def test_uniqueid_is_true_where_nothing_is_said(gateway: Conversation) -> None:
    document = gateway.document(create("GLBATCH", journal_entry()), ids=["once"]).replace(
        "<uniqueid>true</uniqueid>", ""
    )
    statuses = [gateway.send(document).text.count("<status>success</status><function>") for _ in range(2)]
    assert statuses == [1, 0]


def test_the_check_can_be_turned_off(gateway: Conversation) -> None:
    gateway.sandbox.set(uniqueid_mode="off")
    for _ in range(2):
        assert gateway.ask(create("GLBATCH", journal_entry()), ids=["once"]).statuses == ["success"]


def test_the_number_of_the_refusal_is_a_setting(gateway: Conversation) -> None:
    """Intacct's own is not public (protocol part 11.1)."""
    gateway.sandbox.set(uniqueid_errorno="XX-1")
    gateway.ask(create("APBILL", GOOD), ids=["once"])
    assert gateway.ask(create("APBILL", GOOD), ids=["once"]).errors()[0].errorno == "XX-1"


@pytest.mark.parametrize(("mode", "created"), [("completed_only", 2), ("atomic", 1)])
def test_a_copy_that_arrives_while_the_first_is_at_work(gateway: Conversation, mode: str, created: int) -> None:
    """With `completed_only` both pass: only *completed* functions are compared, and on arrival."""
    gateway.sandbox.set(uniqueid_mode=mode)
    gateway.sandbox.arm("slow", times=2, ms=3000)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        copies = [pool.submit(gateway.ask, create("GLBATCH", journal_entry()), ids=["once"]) for _ in range(2)]
        statuses = sorted(copy.result().statuses[0] for copy in copies)
    assert statuses.count("success") == created
    assert len(gateway.sandbox.objects("GLBATCH")) == created
