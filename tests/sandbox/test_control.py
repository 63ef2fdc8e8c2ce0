"""`/sandbox/control/`: arming, settings, what is stored and counted (contract section 6)."""

import concurrent.futures
from typing import Any

import pytest
import requests

from tests.patience import PATIENCE
from tests.sandbox.conversation import Answer, Conversation, create, query, tags
from tests.sandbox.documents import bill, journal_entry

CONTRACT_KINDS = (
    "http_status timeout_before timeout_after reset_before reset_after truncate garbage wrong_charset slow huge error"
    " session_expired reorder drop_result late_apply stale_read duplicate_result foreign_result no_record_no wrong_type"
    " dribble redirect gzip_bomb doctype comment_in_amount endpoint_swap concurrency_429"
)


def control(gateway: Conversation, method: str = "GET", path: str = "", **options: Any) -> requests.Response:
    return requests.request(method, f"{gateway.sandbox.base}control/{path}", timeout=PATIENCE, **options)


def test_what_is_armed_is_shown(gateway: Conversation) -> None:
    fault = {
        "match": {"object": "APBILL", "function": "create"},
        "kind": "http_status",
        "times": 3,
        "after": 0,
        "status": 502,
    }
    armed = control(gateway, "POST", json={"faults": [fault]}).json()
    assert armed["faults"] == [{**fault, "hits": 0}]
    gateway.send(gateway.document(create("APBILL", bill())))
    assert control(gateway).json()["faults"] == [{**fault, "times": 2, "hits": 1}]


@pytest.mark.parametrize("kind", CONTRACT_KINDS.split())
def test_every_kind_of_the_contract_can_be_armed(gateway: Conversation, kind: str) -> None:
    assert control(gateway, "POST", json={"faults": [{"kind": kind}]}).status_code == 200


def test_delete_disarms_and_restores_the_settings(gateway: Conversation) -> None:
    defaults = control(gateway).json()["settings"]
    gateway.sandbox.arm("garbage")
    gateway.sandbox.set(latency_ms=1, concurrency=9)
    assert control(gateway, "DELETE").json() == {"faults": [], "settings": defaults}
    assert control(gateway).json() == {"faults": [], "settings": defaults}


def test_passwords_are_never_shown(gateway: Conversation) -> None:
    gateway.sandbox.set(user_password="a new secret")
    assert not [name for name in control(gateway).json()["settings"] if "password" in name]
    assert "a new secret" not in control(gateway).text
    assert gateway.ask(query("VENDOR", "NAME")).signed_in == "failure"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"colour": "red"}, id="unknown member"),
        pytest.param([], id="no object"),
        pytest.param({"faults": {}}, id="faults are a list"),
        pytest.param({"faults": [{"kind": "earthquake"}]}, id="unknown kind"),
        pytest.param({"faults": ["garbage"]}, id="a fault is an object"),
        pytest.param({"faults": [{"kind": "slow", "times": "often"}]}, id="times"),
        pytest.param({"faults": [{"kind": "slow", "after": -1}]}, id="after"),
        pytest.param({"faults": [{"kind": "slow", "match": {"colour": "red"}}]}, id="match"),
        pytest.param({"settings": {"colour": "red"}}, id="unknown setting"),
        pytest.param({"settings": {"uniqueid_mode": "sometimes"}}, id="unknown choice"),
        pytest.param({"settings": {"latency_ms": "long"}}, id="type"),
        pytest.param({"settings": {"concurrency": True}}, id="true is no number"),
        pytest.param({"settings": {"latency_ms": -1}}, id="less than zero"),
        pytest.param({"settings": {"latency_ms": 5}, "faults": [{"kind": "x"}]}, id="half of it good"),
    ],
)
def test_what_is_not_understood_changes_nothing(gateway: Conversation, document: Any) -> None:
    before = control(gateway).json()
    refusal = control(gateway, "POST", json=document)
    assert (refusal.status_code, list(refusal.json())) == (400, ["detail"])
    assert control(gateway).json() == before


def test_no_json_at_all(gateway: Conversation) -> None:
    assert control(gateway, "POST", data="{").status_code == 400


def test_stored_objects_are_listed_with_their_lines(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", bill(RECORDID="B-1", DMO_POSTING_KEY="K-1")))
    (stored,) = control(gateway, path="objects/", params={"object": "APBILL"}).json()["results"]
    assert (stored["RECORDID"], stored["DMO_POSTING_KEY"]) == ("B-1", "K-1")
    assert [line["TRX_AMOUNT"] for line in stored["APBILLITEMS"]] == ["129.90"]
    assert stored["APBILLITEMS"][0]["RECORDKEY"] == stored["RECORDNO"]


@pytest.mark.parametrize("params", [{}, {"object": "UNICORN"}])
def test_an_unknown_object_is_said_to_be_one(gateway: Conversation, params: dict[str, str]) -> None:
    answer = control(gateway, path="objects/", params=params)
    assert answer.status_code == 400
    assert "APBILL" in answer.json()["detail"]


def test_emptying_the_ledger_restores_the_seed(gateway: Conversation) -> None:
    customers = gateway.sandbox.objects("CUSTOMER")
    gateway.ask(
        create("CUSTOMER", {"CUSTOMERID": "C-1", "NAME": "New"}),
        f"<update><CUSTOMER>{tags({'CUSTOMERID': 'CUST-01', 'NAME': 'Changed'})}</CUSTOMER></update>",
        f"<delete>{tags({'object': 'CUSTOMER', 'keys': customers[-1]['RECORDNO']})}</delete>",
        create("APBILL", bill()),
        ids=["a", "b", "c", "d"],
    )
    assert control(gateway, "DELETE", "objects/").status_code == 204
    without_time = [{**one, "WHENMODIFIED": ""} for one in gateway.sandbox.objects("CUSTOMER")]
    assert without_time == [{**one, "WHENMODIFIED": ""} for one in customers]
    assert gateway.sandbox.objects("APBILL") == []
    assert gateway.ask(create("APBILL", bill()), ids=["d"]).record_no == "1", "its control ID is free again"


def test_what_was_done_is_counted(gateway: Conversation) -> None:
    three = [create("APBILL", bill()) for _ in range(3)]
    session = gateway.open()
    gateway.ask(*three)
    session.ask(query("VENDOR", "NAME"), "<lookup><object>VENDOR</object></lookup>")
    gateway.ask("<create><CLASS><CLASSID>A</CLASSID></CLASS><CLASS><CLASSID>B</CLASSID></CLASS></create>")
    gateway.send("no xml")
    stats = gateway.sandbox.stats()
    assert stats == {
        "requests": 5,
        "functions": 7,
        "functions_by_name": {"getAPISession": 1, "create": 4, "query": 1, "lookup": 1},
        "largest_concurrency": 1,
        "connections": 5,
        "metered": 6,
    }


def test_a_kept_connection_is_counted_once(gateway: Conversation) -> None:
    with requests.Session() as http:
        for _ in range(3):
            http.post(gateway.endpoint, data=gateway.document(query("VENDOR", "NAME")), timeout=PATIENCE)
    stats = gateway.sandbox.stats()
    assert (stats["requests"], stats["connections"]) == (3, 1)


def at_once(gateway: Conversation, count: int) -> list[Answer]:
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: gateway.ask(query("VENDOR", "NAME")), range(count)))


def test_two_work_at_once_and_the_others_wait(gateway: Conversation) -> None:
    gateway.sandbox.set(latency_ms=600)
    assert [answer.http.status_code for answer in at_once(gateway, 5)] == [200] * 5
    assert gateway.sandbox.stats()["largest_concurrency"] == 2


def test_who_waits_too_long_is_refused(gateway: Conversation) -> None:
    gateway.sandbox.set(latency_ms=3000, concurrency=1, queue_ms=50)
    statuses = sorted(answer.http.status_code for answer in at_once(gateway, 3))
    assert statuses == [200, 429, 429]


def test_latency_is_by_request_and_by_function(gateway: Conversation) -> None:
    gateway.sandbox.set(latency_ms=50, per_function_ms=100)
    answer = gateway.ask(query("VENDOR", "NAME"), query("VENDOR", "NAME"))
    assert answer.http.elapsed.total_seconds() >= 0.25


def test_what_arrived_can_be_looked_at_without_secrets(gateway: Conversation) -> None:
    gateway.sandbox.arm("reorder")
    gateway.ask(create("GLBATCH", journal_entry()), "<getAPISession/>", ids=["gl", "session"])
    (row,) = control(gateway, path="received/", params={"controlid": "gl"}).json()["results"]
    expected = {"function": "create", "object": "GLBATCH", "status": "success", "record_no": "1", "fault": "reorder"}
    assert row.items() >= expected.items()
    assert "<BATCH_TITLE>Stock of October</BATCH_TITLE>" in row["request_xml"]
    (opened,) = control(gateway, path="received/", params={"controlid": "session"}).json()["results"]
    assert "<sessionid>***</sessionid>" in opened["answer_xml"]
    page = control(gateway, path="received/gl/")
    assert (page.status_code, "Stock of October" in page.text) == (200, True)
    assert "Nothing arrived" in control(gateway, path="received/other/").text
