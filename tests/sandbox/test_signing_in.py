"""Senders, logins, sessions and their entities (protocol 2.3, 2.8, 5.2)."""

from collections.abc import Callable

import pytest

from tests.sandbox.conversation import SENDER, USER, Answer, Conversation, create, query, tags
from tests.sandbox.documents import bill

ASK = query("GLJOURNAL", "SYMBOL")
INVALID_SESSION = "XL03000006"


def test_a_login_is_answered_with_who_and_until_when(gateway: Conversation) -> None:
    answer = gateway.ask(ASK, login={**USER, "locationid": "100"}, control={"controlid": "mine"})
    assert (answer.control, answer.signed_in, answer.statuses) == ("success", "success", ["success"])
    assert answer.root.findtext("control/controlid") == "mine"
    authentication = answer.root.find("operation/authentication")
    assert [(one.tag, one.text) for one in authentication][:4] == [
        ("status", "success"),
        ("userid", "xml_gateway"),
        ("companyid", "SANDBOX"),
        ("locationid", "100"),
    ]
    assert authentication.findtext("sessiontimestamp") < authentication.findtext("sessiontimeout")


def test_get_api_session_gives_a_session_and_its_own_address(gateway: Conversation) -> None:
    session = gateway.open()
    assert session.endpoint != gateway.endpoint
    assert session.ask(ASK).statuses == ["success"]


@pytest.mark.parametrize(
    ("at_login", "asked", "expected"),
    [
        pytest.param("", None, "", id="nothing said: top level"),
        pytest.param("", "100", "100", id="an entity asked for"),
        pytest.param("200", None, "200", id="nothing said: where the login is"),
        pytest.param("200", "", "", id="an empty element: top level"),
        pytest.param("200", "100", "100", id="another entity than the login's"),
    ],
)
def test_a_session_belongs_to_one_entity(
    gateway: Conversation, at_login: str, asked: str | None, expected: str
) -> None:
    session = gateway.open(asked, entity_of_login=at_login)
    assert (session.ask(ASK).root.findtext("operation/authentication/locationid") or "") == expected


def test_a_session_opens_one_for_another_entity(gateway: Conversation) -> None:
    first = gateway.open("100")
    answer = first.ask("<getAPISession><locationid>300</locationid></getAPISession>")
    assert answer.root.findtext(".//api/locationid") == "300"
    assert answer.root.findtext(".//api/sessionid") != first.session


def sender(**wrong: str) -> Callable[[Conversation], Answer]:
    return lambda gateway: gateway.ask(ASK, control={**SENDER, **wrong})


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(sender(password="wrong"), id="wrong password"),
        pytest.param(sender(senderid="xt_mfg"), id="case counts"),
    ],
)
def test_a_wrong_sender_is_refused_before_anything_else(
    gateway: Conversation, ask: Callable[[Conversation], Answer]
) -> None:
    answer = ask(gateway)
    assert (answer.control, answer.root.find("operation")) == ("failure", None)
    (error,) = answer.errors()
    assert (error.errorno, error.text) == ("XL03000006", "Incorrect Intacct XML Partner ID or password.")


def test_an_unknown_transport_policy_is_refused_whole(gateway: Conversation) -> None:
    document = gateway.document(ASK).replace("</dtdversion>", "</dtdversion><policyid>P1</policyid>")
    answer = Answer(gateway.send(document))
    assert answer.control == "failure"
    assert answer.errors()[0].text == "P1 is not a valid transport policy."


@pytest.mark.parametrize(
    "wrong",
    [{"password": "wrong"}, {"userid": "nobody"}, {"companyid": "OTHER"}, {"locationid": "999"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_login_is_refused_at_authentication(gateway: Conversation, wrong: dict[str, str]) -> None:
    answer = gateway.ask(create("APBILL", bill()), login={**USER, **wrong})
    assert (answer.control, answer.signed_in, answer.results) == ("success", "failure", [])
    assert [error.errorno for error in answer.errors()] == ["XL03000006"]
    assert gateway.sandbox.objects("APBILL") == []


def test_a_login_is_not_taken_at_the_session_s_address(gateway: Conversation) -> None:
    session = gateway.open()
    answer = session.ask(ASK, login=USER)
    assert answer.signed_in == "failure"


def test_an_unknown_session_is_invalid(gateway: Conversation) -> None:
    gateway.session = "never-opened"
    answer = gateway.ask(create("APBILL", bill()))
    assert (answer.control, answer.signed_in, answer.results) == ("success", "failure", [])
    assert answer.errors()[0].errorno == INVALID_SESSION
    assert answer.errors()[0].text.startswith("Invalid session")
    assert not answer.root.findtext("operation/authentication/userid")
    assert gateway.sandbox.objects("APBILL") == []


def test_a_session_ends_when_its_time_is_over(gateway: Conversation) -> None:
    gateway.sandbox.set(session_minutes=0)
    session = gateway.open()
    assert session.ask(ASK).errors()[0].text.startswith("Invalid session")


def test_using_a_session_puts_its_end_off(gateway: Conversation) -> None:
    session = gateway.open()
    gateway.sandbox.set(session_minutes=600)
    late = session.ask(ASK).root.findtext("operation/authentication/sessiontimeout") or ""
    gateway.sandbox.set(session_minutes=0)
    session.ask(ASK)
    assert session.ask(ASK).signed_in == "failure", "the last use ended it"
    assert late


def test_an_entity_sees_its_own_and_the_shared(gateway: Conversation) -> None:
    of_100, of_200 = gateway.open("100"), gateway.open("200")
    of_100.ask(create("CUSTOMER", {"CUSTOMERID": "OF-100", "NAME": "Private to 100"}))
    gateway.ask(create("CUSTOMER", {"CUSTOMERID": "SHARED", "NAME": "For all"}))
    ask = query("CUSTOMER", "CUSTOMERID", "MEGAENTITYID", options="")
    assert {"OF-100", "SHARED"} <= set(of_100.ask(ask).values("CUSTOMERID"))
    assert "OF-100" not in of_200.ask(ask).values("CUSTOMERID")
    assert "OF-100" not in gateway.ask(ask).values("CUSTOMERID"), "the top level sees the shared only"
    private_too = query("CUSTOMER", "CUSTOMERID", options=f"<options>{tags({'showprivate': 'true'})}</options>")
    assert "OF-100" in gateway.ask(private_too).values("CUSTOMERID")


def test_an_entity_posts_to_its_own_locations(gateway: Conversation) -> None:
    session = gateway.open("200")
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "10.00"}
    assert session.ask(create("APBILL", bill(line))).statuses == ["success"], "the location is the entity's own"
    (stored,) = gateway.sandbox.objects("APBILL")
    assert (stored["MEGAENTITYID"], stored["APBILLITEMS"][0]["LOCATIONID"]) == ("200", "200")
    refused = session.ask(create("APBILL", bill({**line, "LOCATIONID": "100"})))
    assert refused.errors()[0].text == "Location '100' specified is not valid."
