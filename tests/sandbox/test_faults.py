"""Each fault that can be armed does what the contract says (section 6)."""

import contextlib
import socket
import time
import zlib
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from tests.patience import PATIENCE, wait_until
from tests.sandbox.conversation import Answer, Conversation, create, query, tags, update
from tests.sandbox.documents import bill, journal_entry, legacy
from tests.sandbox_process import SandboxProcess

INVOICE = f"<create_invoice>{tags(legacy('create_invoice'))}</create_invoice>"
GL = {"object": "GLBATCH", "function": "create"}


def stored(gateway: Conversation) -> int:
    return len(gateway.sandbox.objects("GLBATCH"))


def post(gateway: Conversation, **options: object) -> requests.Response:
    return gateway.send(gateway.document(create("GLBATCH", journal_entry())), **options)


def raw_answer(gateway: Conversation) -> bytes:
    """All bytes until the connection ends, as they come."""
    place = urlsplit(gateway.endpoint)
    body = gateway.document(create("GLBATCH", journal_entry())).encode()
    head = f"POST {place.path} HTTP/1.0\r\nHost: {place.netloc}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((place.hostname, place.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + body)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("reset_before", ConnectionResetError, 0),
        ("reset_after", ConnectionResetError, 1),
        ("timeout_before", TimeoutError, 0),
        ("timeout_after", TimeoutError, 1),
    ],
)
def test_an_answer_that_never_comes(gateway: Conversation, kind: str, error: type[Exception], done: int) -> None:
    gateway.sandbox.arm(kind, match=GL)
    with pytest.raises(requests.RequestException) as caught:
        post(gateway, timeout=1)
    causes = [caught.value, *_causes(caught.value)]
    assert any(isinstance(cause, error) for cause in causes), causes
    wait_until(lambda: stored(gateway) == done, what="it is done")
    assert post(gateway).ok, "it happens once"


def _causes(error: BaseException) -> list[BaseException]:
    found = []
    while error.__context__ is not None:
        error = error.__context__
        found.append(error)
    return found


def test_silence_ends_with_a_reset_when_its_time_is_over(gateway: Conversation) -> None:
    gateway.sandbox.arm("timeout_after", ms=100)
    with pytest.raises(requests.ConnectionError):
        post(gateway)
    assert stored(gateway) == 1


def test_the_work_is_done_after_the_client_gave_up(gateway: Conversation) -> None:
    gateway.sandbox.arm("late_apply", ms=3000, match=GL)
    with pytest.raises(requests.ReadTimeout):
        post(gateway, timeout=0.2)
    assert stored(gateway) == 0
    wait_until(lambda: stored(gateway) == 1, what="the work is done")


@pytest.mark.parametrize(("applied", "done"), [(False, 0), (True, 1)])
def test_an_http_status(gateway: Conversation, applied: bool, done: int) -> None:
    gateway.sandbox.arm("http_status", status=502, applied=applied, retry_after=7)
    answer = post(gateway)
    assert (answer.status_code, answer.headers["Retry-After"]) == (502, "7")
    assert stored(gateway) == done


def test_too_many_at_once(gateway: Conversation) -> None:
    gateway.sandbox.arm("concurrency_429", retry_after=3)
    answer = Answer(post(gateway))
    assert (answer.http.status_code, answer.http.headers["Retry-After"]) == (429, "3")
    assert (answer.control, answer.root.findtext("errormessage/error/errorno")) == ("failure", "GW-0010")
    assert stored(gateway) == 0


def test_a_redirect(gateway: Conversation) -> None:
    gateway.sandbox.arm("redirect", location="http://127.0.0.1:9/elsewhere")
    answer = post(gateway, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")
    assert stored(gateway) == 0


def test_a_slow_answer(gateway: Conversation) -> None:
    gateway.sandbox.arm("slow", ms=300)
    began = time.monotonic()
    assert Answer(post(gateway)).statuses == ["success"]
    assert time.monotonic() - began > 0.3


@pytest.mark.parametrize("at", [None, 100, "control"])
def test_a_truncated_answer(gateway: Conversation, at: int | str | None) -> None:
    gateway.sandbox.arm("truncate", **({} if at is None else {"at": at}))
    body = post(gateway).content
    assert body.startswith(b"<?xml")
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    assert stored(gateway) == 1


@pytest.mark.parametrize("kind", ["garbage", "wrong_charset"])
def test_an_answer_that_is_no_readable_xml(gateway: Conversation, kind: str) -> None:
    gateway.sandbox.arm(kind)
    answer = post(gateway)
    assert answer.headers["Content-Type"] == "text/xml"
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)
    assert stored(gateway) == 1


def test_a_page_of_somebody_in_between(gateway: Conversation) -> None:
    gateway.sandbox.arm("wrong_type")
    answer = post(gateway)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert b"<title>Sign in</title>" in answer.content
    assert stored(gateway) == 1


def test_a_document_type_in_the_answer(gateway: Conversation) -> None:
    gateway.sandbox.arm("doctype")
    assert b"<!DOCTYPE response [<!ENTITY" in post(gateway).content


def test_a_huge_answer(gateway: Conversation) -> None:
    gateway.sandbox.arm("huge", bytes=2_000_000)
    assert len(post(gateway).content) > 1_900_000


def test_a_small_answer_that_unpacks_to_a_huge_one(gateway: Conversation) -> None:
    gateway.sandbox.arm("gzip_bomb", bytes=20_000_000)
    head, _, body = raw_answer(gateway).partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    assert len(body) < 100_000
    assert len(zlib.decompressobj(31).decompress(body)) == 20_000_000


def test_an_answer_byte_by_byte(gateway: Conversation) -> None:
    gateway.sandbox.arm("dribble", ms=1)
    began = time.monotonic()
    answer = Answer(post(gateway))
    assert answer.statuses == ["success"]
    assert time.monotonic() - began > len(answer.http.content) / 1000


def test_an_error(gateway: Conversation) -> None:
    """Only the functions that it was armed for are refused."""
    gateway.sandbox.arm("error", match=GL, errorno="BL34000061", description2="Because.", correction="Do not.")
    answer = gateway.ask(create("APBILL", bill()), create("GLBATCH", journal_entry()))
    assert answer.statuses == ["success", "failure"]
    assert [(e.errorno, e.text, e.correction) for e in answer.errors(1)] == [("BL34000061", "Because.", "Do not.")]
    assert (stored(gateway), len(gateway.sandbox.objects("APBILL"))) == (0, 1)


def test_an_expired_session_waits_for_a_session(gateway: Conversation) -> None:
    gateway.sandbox.arm("session_expired")
    session = gateway.open()
    answer = session.ask(create("GLBATCH", journal_entry()))
    assert (answer.control, answer.signed_in, answer.results) == ("success", "failure", [])
    assert answer.errors()[0].text.startswith("Invalid session")
    assert stored(gateway) == 0
    assert session.ask(create("GLBATCH", journal_entry())).statuses == ["success"]


def three(gateway: Conversation) -> Answer:
    return gateway.ask(*(create("GLBATCH", journal_entry()) for _ in range(3)), ids=["a", "b", "c"])


def control_ids(answer: Answer) -> list[str]:
    return [result.findtext("controlid") or "" for result in answer.results]


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("reorder", {}, ["c", "b", "a"]),
        ("drop_result", {}, ["a", "b"]),
        ("drop_result", {"index": 0}, ["b", "c"]),
        ("duplicate_result", {}, ["a", "b", "c", "a"]),
        ("foreign_result", {}, ["a", "b", "c", "somebody-elses-function"]),
    ],
)
def test_crooked_results(gateway: Conversation, kind: str, more: dict[str, int], expected: list[str]) -> None:
    gateway.sandbox.arm(kind, **more)
    assert control_ids(three(gateway)) == expected
    assert stored(gateway) == 3


def test_a_duplicate_that_differs(gateway: Conversation) -> None:
    gateway.sandbox.arm("duplicate_result", different=True)
    numbers = [result.findtext("data/glbatch/RECORDNO") for result in three(gateway).results]
    assert numbers == ["1", "2", "3", "19"]


@pytest.mark.parametrize(
    "function",
    [create("APBILL", bill()), INVOICE],
    ids=["generic", "legacy"],
)
def test_a_success_without_record_number(gateway: Conversation, function: str) -> None:
    gateway.sandbox.arm("no_record_no")
    answer = gateway.ask(function)
    assert (answer.statuses, answer.record_no) == (["success"], "")


def test_a_comment_inside_a_number(gateway: Conversation) -> None:
    gateway.ask(create("APBILL", bill()))
    gateway.sandbox.arm("comment_in_amount")
    (row,) = gateway.ask(query("APBILL", "TRX_TOTALENTERED")).rows
    total = row.find("TRX_TOTALENTERED")
    assert (total.text, total[0].tail, "".join(total.itertext(etree.Element))) != ("129.90", None, "129.90")
    assert (total.text, total[0].tail) == ("1", "29.90")


def test_the_session_s_address_is_swapped(gateway: Conversation) -> None:
    """Only a request that is told an address can be told a wrong one."""
    gateway.sandbox.arm("endpoint_swap", endpoint="https://gateway.evil.test/x")
    gateway.ask(query("VENDOR", "NAME"))
    answer = gateway.ask("<getAPISession/>")
    assert answer.root.findtext(".//api/endpoint") == "https://gateway.evil.test/x"


def test_a_stale_read_does_not_see_what_was_just_stored(gateway: Conversation) -> None:
    ask = query("GLBATCH", "RECORDNO")
    post(gateway)
    gateway.sandbox.arm("stale_read", ms=3000, match=GL)
    post(gateway)
    assert gateway.ask(ask).values("RECORDNO") == ["1"]
    wait_until(lambda: len(gateway.ask(ask).rows) == 2, what="both are seen")
    assert sorted(gateway.ask(ask).values("RECORDNO")) == ["1", "2"]


@pytest.mark.parametrize(
    ("match", "function", "met"),
    [
        pytest.param({}, query("VENDOR", "NAME"), True, id="anything"),
        pytest.param({"object": "APBILL"}, create("APBILL", bill()), True, id="the object"),
        pytest.param({"object": "apbill"}, query("APBILL", "RECORDNO"), True, id="in any case"),
        pytest.param({"object": "APBILL"}, query("VENDOR", "NAME"), False, id="another object"),
        pytest.param({"function": "create"}, query("APBILL", "RECORDNO"), False, id="another function"),
        pytest.param({"object": "VENDOR", "function": "update"},
                     update("VENDOR", {"VENDORID": "SUPP-01", "NAME": "x"}), True, id="object and function"),
        pytest.param({"object": "ARINVOICE"}, INVOICE, True,
                     id="the object of a legacy creator"),
        pytest.param({"function": "create_invoice"}, INVOICE,
                     True, id="a legacy creator"),
    ],
)  # fmt: skip
def test_which_request_meets_a_fault(gateway: Conversation, match: dict[str, str], function: str, met: bool) -> None:
    gateway.sandbox.arm("http_status", status=599, match=match)
    document = gateway.document(query("TAXDETAIL", "DETAILID"), function) if not met else gateway.document(function)
    assert gateway.send(document).status_code == (599 if met else 200)


def test_a_fault_comes_after_so_many_and_so_often(gateway: Conversation) -> None:
    gateway.sandbox.arm("http_status", status=503, after=1, times=2)
    assert [post(gateway).status_code for _ in range(4)] == [200, 503, 503, 200]


def test_faults_leave_no_complaint_in_the_servers_log(capfd: pytest.CaptureFixture[str]) -> None:
    with SandboxProcess() as process:
        gateway = Conversation(process)
        for kind in ("reset_before", "reset_after", "truncate", "timeout_after"):
            process.arm(kind, ms=1)
            with contextlib.suppress(requests.ConnectionError):
                post(gateway)
        assert post(gateway).ok
    assert capfd.readouterr().err == ""
