"""Our client against each fault of the sandbox: the documented outcome, and no secret in it (contract section 6)."""

import itertools
import logging
import traceback
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.intacct import (
    AuthenticationRefused,
    Client,
    Conflicting,
    ConnectionLost,
    ControlRefused,
    Create,
    Done,
    EndpointNotAllowed,
    ErrorKind,
    FunctionRefused,
    Missing,
    NotSent,
    NotXml,
    OutcomeUnknown,
    Query,
    Record,
    Redirected,
    Refused,
    SessionUnavailable,
    TimedOut,
    TooLarge,
    TooManyRequests,
    UnexpectedStatus,
    equal_to,
)
from tests.patience import PATIENCE, wait_until
from tests.sandbox_process import SandboxProcess
from tests.wire.conftest import SENDER_PASSWORD, USER_PASSWORD

_numbers = itertools.count(1)
CREATE = {"object": "APBILL", "function": "create"}


def bill(control_id: str = "", **changes: Any) -> Create:
    """A bill under a control ID of its own."""
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": Decimal("129.90"), "LOCATIONID": "100"}
    fields = {
        "VENDORID": "SUPP-01",
        "WHENCREATED": date(2026, 10, 21),
        "WHENDUE": date(2026, 11, 20),
        "RECORDID": f"W-{next(_numbers)}",
        "APBILLITEMS": [Record.of("APBILLITEM", line)],
        **changes,
    }
    return Create(control_id or f"function-{next(_numbers)}", Record.of("APBILL", fields))


def assert_no_secret(*texts: object) -> None:
    for text in texts:
        assert SENDER_PASSWORD not in str(text)
        assert USER_PASSWORD not in str(text)


def test_without_a_fault_the_bill_is_created(client: Client, sandbox: SandboxProcess) -> None:
    (outcome,) = client.execute([bill("mine")], control_id="request").outcomes
    (stored,) = sandbox.objects("APBILL")
    assert isinstance(outcome, Done)
    assert (outcome.control_id, outcome.record_no, outcome.record_url) == (
        "mine",
        stored["RECORDNO"],
        stored["RECORD_URL"],
    )


@pytest.mark.parametrize(
    ("kind", "more", "expected", "done"),
    [
        pytest.param("timeout_before", {}, TimedOut, 0, id="silence before"),
        pytest.param("timeout_after", {}, TimedOut, 1, id="silence after"),
        pytest.param("dribble", {"ms": 100}, TimedOut, 1, id="a byte now and then"),
        pytest.param("slow", {"ms": 2000}, TimedOut, 1, id="too slow"),
        pytest.param("reset_before", {}, ConnectionLost, 0, id="reset before"),
        pytest.param("reset_after", {}, ConnectionLost, 1, id="reset after"),
        pytest.param("http_status", {"status": 500}, UnexpectedStatus, 0, id="500"),
        pytest.param("http_status", {"status": 503, "applied": True}, UnexpectedStatus, 1, id="503, yet done"),
        pytest.param("http_status", {"status": 524, "applied": True}, UnexpectedStatus, 1, id="524, yet done"),
        pytest.param("redirect", {}, Redirected, 0, id="redirect"),
        pytest.param("truncate", {}, NotXml, 1, id="cut in the middle"),
        pytest.param("truncate", {"at": "control"}, NotXml, 1, id="cut after a success"),
        pytest.param("garbage", {}, NotXml, 1, id="garbage"),
        pytest.param("wrong_charset", {}, NotXml, 1, id="another charset than it says"),
        pytest.param("wrong_type", {}, OutcomeUnknown, 1, id="somebody's page"),
        pytest.param("doctype", {}, NotXml, 1, id="a document type"),
        pytest.param("huge", {"bytes": 12_000_000}, TooLarge, 1, id="huge"),
        pytest.param("gzip_bomb", {"bytes": 30_000_000}, TooLarge, 1, id="huge once unpacked"),
    ],
)
def test_an_answer_that_leaves_the_outcome_unknown(
    client: Client,
    sandbox: SandboxProcess,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    more: dict[str, Any],
    expected: type[OutcomeUnknown],
    done: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    session = client.open_session()
    sandbox.arm(kind, match=CREATE, times=5, **more)
    with pytest.raises(expected) as caught:
        client.execute([bill()], control_id="request", deadline=1.5 if expected is TimedOut else PATIENCE)
    error = caught.value
    assert isinstance(error, OutcomeUnknown)
    printed = "".join(traceback.format_exception(error))
    assert_no_secret(printed, repr(error), error.response_xml, error.next_step, caplog.text)
    for text in (printed, error.response_xml, caplog.text):
        assert session.session_id not in str(text)
    if expected is TimedOut:  # it may still be at work
        wait_until(lambda: len(sandbox.objects("APBILL")) == done, what="the work is done")
    assert len(sandbox.objects("APBILL")) == done
    assert sandbox.stats()["functions_by_name"]["create"] == 1, "the client never sends a create again by itself"


def test_work_that_is_done_after_the_deadline(client: Client, sandbox: SandboxProcess) -> None:
    client.open_session()
    sandbox.arm("late_apply", match=CREATE, ms=3000)
    with pytest.raises(TimedOut):
        client.execute([bill()], control_id="request", deadline=0.3)
    assert sandbox.objects("APBILL") == []
    wait_until(lambda: bool(sandbox.objects("APBILL")), what="the bill")
    assert len(sandbox.objects("APBILL")) == 1


def test_too_many_requests(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("concurrency_429", match=CREATE, retry_after=7)
    with pytest.raises(TooManyRequests) as caught:
        client.execute([bill()], control_id="request")
    assert (caught.value.retry_after, [error.errorno for error in caught.value.errors]) == (7.0, ["GW-0010"])
    assert_no_secret(caught.value, caught.value.response_xml)
    assert sandbox.objects("APBILL") == []


@pytest.mark.parametrize(
    ("armed", "number", "kind"),
    [
        ({"errorno": "BL34000061", "description2": "Another Bill exists"}, "BL34000061", ErrorKind.DUPLICATE),
        ({"errorno": "PL04000005", "description2": "No permission"}, "PL04000005", ErrorKind.CONFIGURATION),
        ({"errorno": "XL03000003", "description2": "Schema"}, "XL03000003", ErrorKind.PERSON),
    ],
)
def test_an_error_is_one_function_s_refusal(
    client: Client, sandbox: SandboxProcess, armed: dict[str, str], number: str, kind: ErrorKind
) -> None:
    sandbox.arm("error", match=CREATE, **armed)
    (refused,) = client.execute([bill("mine")], control_id="request").outcomes
    assert isinstance(refused, FunctionRefused)
    assert (refused.control_id, refused.primary.errorno, refused.kind) == ("mine", number, kind)
    assert_no_secret(refused, refused.response_xml)


def test_an_expired_session_is_opened_anew_and_the_bill_created_once(client: Client, sandbox: SandboxProcess) -> None:
    first = client.open_session()
    sandbox.arm("session_expired", match=CREATE)
    (outcome,) = client.execute([bill()], control_id="request").outcomes
    assert isinstance(outcome, Done)
    assert client.open_session().session_id != first.session_id
    assert len(sandbox.objects("APBILL")) == 1


def test_a_session_that_stays_invalid_is_not_asked_for_for_ever(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("session_expired", match=CREATE, times=10)
    with pytest.raises(AuthenticationRefused) as caught:
        client.execute([bill()], control_id="request")
    assert caught.value.session_ended
    assert sandbox.stats()["functions_by_name"] == {"getAPISession": 2, "create": 2}
    assert_no_secret(caught.value, caught.value.response_xml)


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after", "garbage", "http_status", "truncate"])
def test_a_session_that_cannot_be_opened_means_that_nothing_was_sent(
    client: Client, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.arm(kind, match={"function": "getAPISession"}, times=5)
    with pytest.raises(SessionUnavailable) as caught:
        client.execute([bill()], control_id="request", deadline=1)
    assert isinstance(caught.value, NotSent)
    assert_no_secret("".join(traceback.format_exception(caught.value)), caught.value.response_xml)
    assert "create" not in sandbox.stats()["functions_by_name"]


def test_a_swapped_address_gets_nothing(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("endpoint_swap", times=5)
    with pytest.raises((EndpointNotAllowed, SessionUnavailable)) as caught:
        client.execute([bill()], control_id="request")
    assert isinstance(caught.value, NotSent)
    assert_no_secret("".join(traceback.format_exception(caught.value)))
    assert "create" not in sandbox.stats()["functions_by_name"]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"user_password": "changed"}, AuthenticationRefused),
        ({"sender_password": "changed"}, ControlRefused),
    ],
    ids=["the user's password", "the sender's password"],
)
def test_a_changed_password_is_a_refusal(
    client: Client, sandbox: SandboxProcess, setting: dict[str, str], expected: type[Refused]
) -> None:
    sandbox.set(**setting)
    with pytest.raises((Refused, SessionUnavailable)) as caught:
        client.execute([bill()], control_id="request")
    assert isinstance(caught.value, expected)
    assert [error.kind for error in caught.value.errors] == [ErrorKind.CONFIGURATION]
    assert_no_secret("".join(traceback.format_exception(caught.value)), caught.value.response_xml)


def test_a_question_without_a_result_is_no_empty_answer(client: Client, sandbox: SandboxProcess) -> None:
    question = Query(control_id="which", object_name="CUSTOMER", select=("CUSTOMERID",))
    assert client.ask(question).rows
    sandbox.arm("drop_result", match={"function": "query"})
    with pytest.raises(NotXml):
        client.ask(question)


def test_a_question_that_is_refused_says_why(client: Client) -> None:
    with pytest.raises(FunctionRefused) as caught:
        client.ask(Query(control_id="which", object_name="UNICORN", select=("NAME",)))
    assert caught.value.primary.errorno


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        pytest.param("reorder", {}, [Done, Done, Done], id="another order"),
        pytest.param("drop_result", {}, [Done, Done, Missing], id="the last one missing"),
        pytest.param("drop_result", {"index": 0}, [Missing, Done, Done], id="the first one missing"),
        pytest.param("duplicate_result", {}, [Done, Done, Done], id="one twice"),
        pytest.param("duplicate_result", {"different": True}, [Conflicting, Done, Done], id="one twice, differently"),
        pytest.param("foreign_result", {}, [Done, Done, Done], id="one that nobody asked for"),
    ],
)
def test_crooked_results_are_given_to_whom_they_belong(
    client: Client, sandbox: SandboxProcess, kind: str, more: dict[str, Any], expected: list[type]
) -> None:
    sandbox.arm(kind, match=CREATE, **more)
    exchange = client.execute([bill("a"), bill("b"), bill("c")], control_id="request")
    assert [outcome.control_id for outcome in exchange.outcomes] == ["a", "b", "c"]
    assert [type(outcome) for outcome in exchange.outcomes] == expected
    assert len(sandbox.objects("APBILL")) == 3
    assert_no_secret(*exchange.outcomes, *(exchange.response_for(one) for one in "abc"))


def test_reordered_results_keep_their_own_record_numbers(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("reorder", match=CREATE)
    bills = [bill(RECORDID=f"R-{name}") for name in "abc"]
    outcomes = client.execute(bills, control_id="request").outcomes
    numbers = {stored["RECORDID"]: stored["RECORDNO"] for stored in sandbox.objects("APBILL")}
    assert [one.record_no for one in outcomes if isinstance(one, Done)] == [numbers[f"R-{name}"] for name in "abc"]


def test_a_foreign_result_is_named(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("foreign_result", match=CREATE)
    exchange = client.execute([bill()], control_id="request")
    assert exchange.foreign == ("somebody-elses-function",)


def test_a_success_without_record_number_has_none(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("no_record_no", match=CREATE)
    (outcome,) = client.execute([bill()], control_id="request").outcomes
    assert isinstance(outcome, Done)
    assert outcome.record_no is None


def total_of(client: Client, number: str) -> str | None:
    ask = Query(
        f"query-{next(_numbers)}", "APBILL", select=("TRX_TOTALENTERED",), filter=equal_to("RECORDID", number),
        show_private=True,
    )  # fmt: skip
    (outcome,) = client.execute([ask], control_id="request").outcomes
    assert isinstance(outcome, Done)
    return outcome.rows[0].text("TRX_TOTALENTERED") if outcome.rows else None


def test_a_comment_does_not_cut_an_amount(client: Client, sandbox: SandboxProcess) -> None:
    client.execute([bill(RECORDID="C-1")], control_id="request")
    sandbox.arm("comment_in_amount", match={"function": "query"})
    assert total_of(client, "C-1") == "129.90"


def test_a_stale_read_does_not_see_the_bill_yet(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.arm("stale_read", match=CREATE, ms=3000)
    client.execute([bill(RECORDID="S-1")], control_id="request")
    assert total_of(client, "S-1") is None
    wait_until(lambda: total_of(client, "S-1") is not None, what="the bill is seen")
    assert total_of(client, "S-1") == "129.90"


def test_a_repeat_is_known_as_already_executed(client: Client, sandbox: SandboxProcess) -> None:
    """What a lost answer leads to: the same control ID again, refused, and the bill there once."""
    same = bill("once")
    sandbox.arm("reset_after", match=CREATE)
    with pytest.raises(ConnectionLost):
        client.execute([same], control_id="request")
    (again,) = client.execute([same], control_id="request").outcomes
    assert isinstance(again, FunctionRefused)
    assert again.already_executed
    assert len(sandbox.objects("APBILL")) == 1


def test_in_a_transaction_only_the_culprit_is_one(client: Client, sandbox: SandboxProcess) -> None:
    functions = [bill("good"), bill("bad", VENDORID="NOBODY")]
    outcomes = client.execute(functions, control_id="request", transaction=True).outcomes
    assert all(isinstance(one, FunctionRefused) and one.aborted for one in outcomes)
    assert [one.is_culprit for one in outcomes if isinstance(one, FunctionRefused)] == [False, True]
    assert sandbox.objects("APBILL") == []
