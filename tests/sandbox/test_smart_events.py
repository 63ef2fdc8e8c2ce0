"""Smart Events: sent once for what is committed, with the record's values; what is not sent, and what the log says."""

import concurrent.futures
import contextlib
import threading
from typing import Any

import pytest
import requests

from tests.patience import PATIENCE
from tests.sandbox.conversation import Conversation, create, query, tags, update
from tests.sandbox.documents import bill, journal_entry, legacy
from tests.sandbox.packages import NOBODY, Receiver, custom_field, install, log_of, receiving, smart_event

NAMED = {"NAME": "N", "DISPLAYCONTACT": {"PRINTAS": "N"}}
NEW = {"CUSTOMERID": "C-1", "NAME": "Müller & Söhne", "COMMENTS": "50% = half"}
BILL_ARGUMENTS = {"number": "{!APBILL.RECORDID!}"}


def delete(object_name: str, *keys: str) -> str:
    return f"<delete>{tags({'object': object_name, 'keys': ','.join(keys)})}</delete>"


def statuses_of(gateway: Conversation) -> list[str]:
    return [row["status"] for row in log_of(gateway)]


def listed(gateway: Conversation, inside: str = "", **attributes: str) -> list[dict[str, str]]:
    """Rows of the Smart Event log as Intacct's API answers them."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    answer = gateway.ask(f'<get_list object="smarteventlog"{written}>{inside}</get_list>')
    assert answer.statuses == ["success"], answer.http.text
    return [{one.tag: one.text or "" for one in row} for row in answer.rows]


def filtered(*expressions: tuple[str, str, str], operator: str = "and") -> str:
    inner = "".join(
        f"<expression>{tags({'field': field, 'operator': sign, 'value': value})}</expression>"
        for field, sign, value in expressions
    )
    return f'<filter><logical logical_operator="{operator}">{inner}</logical></filter>'


def test_adding_setting_and_deleting_are_each_sent_once(gateway: Conversation) -> None:
    with receiving(gateway) as receiver:
        number = gateway.ask(create("CUSTOMER", NEW)).record_no
        gateway.ask(update("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "Changed"}))
        gateway.ask(delete("CUSTOMER", number))
        log = log_of(gateway)
        sent = {"object": "CUSTOMER", "recordno": number, "id": "C-1", "token": "a secret of the package"}
        assert receiver.received == [sent] * 3
        assert receiver.heads[0] == ("POST", "/events", "application/x-www-form-urlencoded; charset=UTF-8")
    assert [row["topic"] for row in log] == ["ADD_CUSTOMER", "SET_CUSTOMER", "DELETE_CUSTOMER"]
    assert log[0] == {
        "smartlinkid": "PORTAL_CUSTOMER",
        "topic": "ADD_CUSTOMER",
        "ownerobject": "CUSTOMER",
        "objectkey": "C-1",
        "target": f"{receiver.url}events",
        "arguments": {**sent, "token": "…"},
        "status": "200",
    }


def test_merge_fields_are_the_records_values(gateway: Conversation) -> None:
    """As they are after the change, of a deleted record as they were; what is not there is empty."""
    arguments = {
        "name": "{!CUSTOMER.NAME!}, {!CUSTOMER.COMMENTS!}",
        "mail": "{!CUSTOMER.DISPLAYCONTACT.EMAIL1!}",
        "custom": "{!customer.PORTAL_CODE!}",
        "unknown": "[{!CUSTOMER.COLOUR!}{!VENDOR.NAME!}]",
    }
    contact = {"DISPLAYCONTACT": {"PRINTAS": "Müller", "EMAIL1": "a@example.com"}}
    with Receiver() as receiver:
        event = smart_event(target=receiver.url, arguments=arguments, events=["ADD", "Set", "delete"])
        install(gateway, custom_field(), event)
        number = gateway.ask(create("CUSTOMER", {**NEW, **contact, "PORTAL_CODE": "A-1"})).record_no
        receiver.wait(1)
        gateway.ask(update("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "Changed", "COMMENTS": ""}))
        receiver.wait(2)
        gateway.ask(delete("CUSTOMER", number))
        log_of(gateway)
    same = {"mail": "a@example.com", "custom": "A-1", "unknown": "[]"}
    assert receiver.received == [
        {"name": "Müller & Söhne, 50% = half", **same},
        {"name": "Changed, ", **same},
        {"name": "Changed, ", **same},
    ]


def test_merge_fields_of_the_target_and_arguments_of_a_get(gateway: Conversation) -> None:
    with Receiver() as receiver:
        target = f"{receiver.url}customers/{{!CUSTOMER.NAME!}}?from=intacct&token=secret"
        install(gateway, smart_event(target=target, method="get", arguments={"id": "{!CUSTOMER.CUSTOMERID!}"}))
        gateway.ask(create("CUSTOMER", NEW))
        (row,) = log_of(gateway)
    assert receiver.heads[0][:2] == (
        "GET",
        "/customers/M%C3%BCller%20%26%20S%C3%B6hne?from=intacct&token=secret&id=C-1",
    )
    assert row["target"].endswith("?from=intacct&token=…")


def test_only_the_events_that_the_link_names(gateway: Conversation) -> None:
    with receiving(gateway, events=["set"]) as receiver:
        gateway.ask(create("CUSTOMER", NEW))
        gateway.ask(update("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "Changed"}))
        gateway.ask(update("VENDOR", {"VENDORID": "SUPP-01", "NAME": "Changed"}))
        assert [row["topic"] for row in log_of(gateway)] == ["SET_CUSTOMER"]
        assert len(receiver.received) == 1


def test_an_inactive_link_is_silent(gateway: Conversation) -> None:
    install(gateway, smart_event(active="false"))
    gateway.ask(create("CUSTOMER", NEW))
    assert log_of(gateway) == []


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(create("APBILL", bill(RECORDID="B-7")), id="create"),
        pytest.param(f"<create_bill>{tags(legacy('create_bill', billno='B-7'))}</create_bill>", id="legacy"),
    ],
)
def test_documents_are_named_by_their_record_number(gateway: Conversation, function: str) -> None:
    """A document with its lines is one event."""
    with receiving(gateway, owner="APBILL", arguments=BILL_ARGUMENTS) as receiver:
        number = gateway.ask(function).record_no
        assert [row["objectkey"] for row in log_of(gateway)] == [number]
        assert receiver.received == [{"number": "B-7"}]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (None, True),
        ("", True),
        ("1 == 1", True),
        ("1 == 2", False),
        ('{!CUSTOMER.NAME!} == "Pump Ltd"', True),
        ("{!CUSTOMER.NAME!} == 'Valve Ltd'", False),
        ('({!CUSTOMER.NAME!} != "Valve Ltd")', True),
        ('"Pump Ltd" == {!CUSTOMER.NAME!}', True),
        ("{!CUSTOMER.CREDITLIMIT!} > 900", True),
        ("{!CUSTOMER.CREDITLIMIT!} < 900.5", False),
        ("{!CUSTOMER.CREDITLIMIT!} == 3000", True),
        ('{!CUSTOMER.CREDITLIMIT!} == "3000"', False),
        ('{!CUSTOMER.NAME!} > "Dump Ltd"', True),
        ("{!CUSTOMER.TAXID!} < 5", False),
        ("{!CUSTOMER.TAXID!} > -5", False),
        ('{!CUSTOMER.TAXID!} == ""', True),
    ],
)
def test_a_condition_decides(gateway: Conversation, condition: str | None, holds: bool) -> None:
    with receiving(gateway, condition=condition) as receiver:
        gateway.ask(create("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "Pump Ltd", "CREDITLIMIT": "3000.00"}))
        assert statuses_of(gateway) == ["200"] * holds
        assert len(receiver.received) == holds


@pytest.mark.parametrize("condition", ['pastdate(6,"month")', "1 == 1 && 2 == 2", "{!CUSTOMER.NAME!} = 3", "true"])
def test_a_condition_that_is_not_understood_is_said_to_be_one(gateway: Conversation, condition: str) -> None:
    with receiving(gateway, condition=condition) as receiver:
        assert gateway.ask(create("CUSTOMER", NEW)).statuses == ["success"]
        assert statuses_of(gateway) == ["condition not understood"]
        assert receiver.received == []


def test_a_transaction_that_is_rolled_back_sends_nothing(gateway: Conversation) -> None:
    with receiving(gateway) as receiver:
        twice = gateway.ask(create("CUSTOMER", NEW), create("CUSTOMER", NEW), transaction=True)
        assert twice.statuses == ["aborted", "aborted"]
        assert (log_of(gateway), receiver.received) == ([], [])
        vendor = create("VENDOR", {"VENDORID": "V-1", "NAME": "New"})
        assert gateway.ask(create("CUSTOMER", NEW), vendor, transaction=True).statuses == ["success", "success"]
        assert statuses_of(gateway) == ["200"]
        assert len(receiver.received) == 1


def test_what_stands_beside_a_failure_is_sent(gateway: Conversation) -> None:
    """Without a transaction: the functions that succeeded, and the objects before and after a refused one."""
    with receiving(gateway, arguments={"id": "{!CUSTOMER.CUSTOMERID!}"}) as receiver:
        three = "".join(f"<CUSTOMER>{tags({'CUSTOMERID': one, **NAMED})}</CUSTOMER>" for one in ("A", "A", "B"))
        answer = gateway.ask(f"<create>{three}</create>", create("CUSTOMER", NEW), create("CUSTOMER", NEW))
        assert answer.statuses == ["failure", "success", "failure"]
        log_of(gateway)
        assert sorted(one["id"] for one in receiver.received) == ["A", "B", "C-1"]


def test_a_delete_of_which_one_record_is_missing_sends_nothing(gateway: Conversation) -> None:
    with receiving(gateway, events=["delete"]) as receiver:
        number = gateway.ask(create("CUSTOMER", NEW)).record_no
        assert gateway.ask(delete("CUSTOMER", number, "4711")).statuses == ["failure"]
        assert (log_of(gateway), receiver.received) == ([], [])
        assert "C-1" in [one["CUSTOMERID"] for one in gateway.sandbox.objects("CUSTOMER")]


def test_a_repeated_control_id_sends_nothing_again(gateway: Conversation) -> None:
    with receiving(gateway) as receiver:
        for _ in range(2):
            gateway.ask(create("CUSTOMER", NEW), ids=["once"])
        assert (statuses_of(gateway), len(receiver.received)) == (["200"], 1)


def test_two_links_of_an_object_are_both_sent(gateway: Conversation) -> None:
    with Receiver() as receiver:
        install(gateway, smart_event("ONE", receiver.url), smart_event("TWO", receiver.url))
        gateway.ask(create("CUSTOMER", NEW))
        assert [row["smartlinkid"] for row in log_of(gateway)] == ["ONE", "TWO"]
        assert len(receiver.received) == 2


def test_where_nobody_listens_the_books_are_as_they_should_be(gateway: Conversation) -> None:
    install(gateway, smart_event(target=NOBODY))
    answer = gateway.ask(create("CUSTOMER", NEW))
    assert answer.statuses == ["success"]
    assert statuses_of(gateway) == ["ConnectionRefusedError"]
    assert "C-1" in [one["CUSTOMERID"] for one in gateway.sandbox.objects("CUSTOMER")]


@pytest.mark.parametrize("status", [204, 302, 404, 503])
def test_whatever_is_answered_is_written_down_and_nothing_repeated(gateway: Conversation, status: int) -> None:
    with Receiver(status=status) as receiver:
        install(gateway, smart_event(target=receiver.url))
        gateway.ask(create("CUSTOMER", NEW))
        assert (statuses_of(gateway), len(receiver.received)) == ([str(status)], 1)


def test_who_takes_too_long_is_left_and_nobody_waits_for_it(gateway: Conversation) -> None:
    over = threading.Event()
    with Receiver() as receiver:
        receiver.before_answering = lambda: over.wait(PATIENCE)
        install(gateway, smart_event(target=receiver.url, timeout=1))
        assert gateway.ask(create("CUSTOMER", NEW)).statuses == ["success"]
        assert statuses_of(gateway) == ["TimeoutError"]
        over.set()


@pytest.mark.parametrize("target", ["http://192.0.2.1/", "http://127.0.0.1.example.com/", "http://a@192.0.2.1:80/"])
def test_other_machines_are_not_called_without_https(gateway: Conversation, target: str) -> None:
    install(gateway, smart_event(target=target))
    gateway.ask(create("CUSTOMER", NEW))
    assert statuses_of(gateway) == ["target not allowed"]


def test_the_record_is_there_when_the_event_arrives(gateway: Conversation) -> None:
    """The receiver reads it back through the gateway, where one call at a time works: the sender's is done."""
    gateway.sandbox.set(concurrency=1)
    with Receiver() as receiver:
        found: list[str] = []
        receiver.before_answering = lambda: found.extend(
            gateway.ask(query("CUSTOMER", "CUSTOMERID")).values("CUSTOMERID")
        )
        install(gateway, smart_event(target=receiver.url))
        gateway.ask(create("CUSTOMER", NEW))
        assert statuses_of(gateway) == ["200"]
    assert "C-1" in found


@pytest.mark.parametrize("kind", ["reset_after", "timeout_after", "late_apply", "truncate", "http_status"])
def test_a_lost_answer_loses_no_event(gateway: Conversation, kind: str) -> None:
    with receiving(gateway) as receiver:
        gateway.sandbox.arm(kind, **({"applied": True} if kind == "http_status" else {"ms": 200}))
        with contextlib.suppress(requests.RequestException):
            gateway.send(gateway.document(create("CUSTOMER", NEW)), timeout=2)
        receiver.wait(1)
        assert statuses_of(gateway) == ["200"]


def test_many_records_of_several_callers_are_each_sent_once(gateway: Conversation) -> None:
    gateway.sandbox.set(concurrency=8)
    with receiving(gateway, arguments={"id": "{!CUSTOMER.CUSTOMERID!}"}) as receiver:

        def make(batch: int) -> Any:
            rows = "".join(
                f"<CUSTOMER>{tags({'CUSTOMERID': f'C-{batch}-{one}', **NAMED})}</CUSTOMER>" for one in range(25)
            )
            return gateway.ask(f"<create>{rows}</create>").statuses

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            assert list(pool.map(make, range(8))) == [["success"]] * 8
        assert statuses_of(gateway) == ["200"] * 200
        ids = [one["id"] for one in receiver.received]
        assert sorted(ids) == sorted({f"C-{batch}-{one}" for batch in range(8) for one in range(25)})


def test_the_log_is_listed_as_intacct_lists_it(gateway: Conversation) -> None:
    install(gateway, smart_event(), smart_event("PORTAL_JOURNAL", owner="GLBATCH", arguments={}))
    gateway.ask(create("CUSTOMER", NEW))
    gateway.ask(create("GLBATCH", journal_entry()))
    rows = listed(gateway)
    assert [{**row, "recordno": "", "timestamp": ""} for row in rows] == [
        {
            "recordno": "", "smartlinkid": "PORTAL_CUSTOMER", "topic": "ADD_CUSTOMER", "ownerobject": "CUSTOMER",
            "timestamp": "", "userid": "xml_gateway", "objectkey": "C-1",
        },
        {
            "recordno": "", "smartlinkid": "PORTAL_JOURNAL", "topic": "ADD_GLBATCH", "ownerobject": "GLBATCH",
            "timestamp": "", "userid": "xml_gateway", "objectkey": "1",
        },
    ]  # fmt: skip
    first, second = rows
    assert listed(gateway, filtered(("ownerobject", "=", "GLBATCH"))) == [second]
    assert listed(gateway, filtered(("recordno", ">", first["recordno"]))) == [second]
    assert listed(gateway, filtered(("timestamp", ">=", first["timestamp"]))) == rows
    assert listed(gateway, filtered(("topic", "like", "ADD%"), ("objectkey", "is null", ""), operator="or")) == rows
    assert listed(gateway, '<sorts><sortfield order="desc">recordno</sortfield></sorts>') == [second, first]
    assert listed(gateway, maxitems="1") == [first]
    assert listed(gateway, "<fields><field>topic</field></fields>", start="1") == [{"topic": "ADD_GLBATCH"}]


@pytest.mark.parametrize(
    "expression", [("colour", "=", "red"), ("timestamp", ">", "soon"), ("topic", "resembles", "ADD")]
)
def test_a_list_is_not_filtered_by_what_it_does_not_have(
    gateway: Conversation, expression: tuple[str, str, str]
) -> None:
    install(gateway, smart_event())
    gateway.ask(create("CUSTOMER", NEW))
    assert gateway.ask(f'<get_list object="smarteventlog">{filtered(expression)}</get_list>').statuses == ["failure"]


def test_emptying_the_ledger_empties_the_log(gateway: Conversation) -> None:
    install(gateway, smart_event())
    gateway.ask(create("CUSTOMER", NEW))
    assert len(log_of(gateway)) == 1
    gateway.sandbox.clear()
    assert log_of(gateway) == []
