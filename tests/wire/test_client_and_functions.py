"""Our client's functions against the sandbox without faults: what it writes is taken, what it reads is understood."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.intacct import (
    LEGACY_CREATORS,
    Aggregate,
    Client,
    Create,
    Delete,
    Done,
    Function,
    FunctionRefused,
    Inspect,
    LegacyCreate,
    Lookup,
    OrderBy,
    Query,
    Read,
    ReadByName,
    ReadByQuery,
    ReadMore,
    Record,
    Update,
    equal_to,
)
from tests.sandbox_process import SandboxProcess


def done(client: Client, function: Function) -> Done:
    (outcome,) = client.execute([function], control_id="request").outcomes
    assert isinstance(outcome, Done), outcome
    return outcome


LEGACY: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create_invoice": ("ARINVOICE", "invoiceitems", {"customerid": "CUST-01", "termname": "NET30"}),
    "create_bill": ("APBILL", "billitems", {"vendorid": "SUPP-01", "datedue": date(2026, 11, 20)}),
    "create_aradjustment": ("ARADJUSTMENT", "aradjustmentitems", {"customerid": "CUST-01"}),
    "create_apadjustment": ("APADJUSTMENT", "apadjustmentitems", {"vendorid": "SUPP-01"}),
}


@pytest.mark.parametrize("function", LEGACY_CREATORS)
def test_every_legacy_creator_that_the_client_writes_is_taken(
    client: Client, sandbox: SandboxProcess, function: str
) -> None:
    object_name, items, party = LEGACY[function]
    line = {"amount": Decimal("-25.00"), "glaccountno": "4900", "locationid": "100", "memo": "Credit <&>"}
    fields = {
        items: [Record.of("lineitem", line)], "datecreated": date(2026, 10, 21), **party, "currency": "EUR",
        "exchrate": Decimal("1.1"),
    }  # fmt: skip
    outcome = done(client, LegacyCreate("f", function, Record.of(object_name, fields)))
    (stored,) = sandbox.objects(object_name)
    assert (outcome.key, stored["TRX_TOTALENTERED"], stored["CURRENCY"]) == (stored["RECORDNO"], "-25.00", "EUR")
    assert stored[f"{object_name}ITEMS"][0]["ENTRYDESCRIPTION"] == "Credit <&>"


def test_a_master_record_from_creation_to_deletion(client: Client, sandbox: SandboxProcess) -> None:
    contact = Record.of("DISPLAYCONTACT", {"PRINTAS": "Old"})
    fields = {"CUSTOMERID": "W-1", "NAME": "Old", "DISPLAYCONTACT": contact}
    made = done(client, Create("c", Record.of("CUSTOMER", fields)))
    changed = done(client, Update("u", Record.of("CUSTOMER", {"CUSTOMERID": "W-1", "NAME": "New"})))
    assert changed.record_no == made.record_no
    named = done(client, ReadByName("n", "CUSTOMER", ["W-1"]))
    assert [row.text("NAME") for row in named.rows] == ["New"]
    done(client, Delete("d", "CUSTOMER", [str(made.record_no)]))
    assert done(client, Read("r", "CUSTOMER", [str(made.record_no)])).rows == ()
    assert "W-1" not in {stored["CUSTOMERID"] for stored in sandbox.objects("CUSTOMER")}


def test_a_refusal_carries_the_chain_and_the_stable_identifier(client: Client) -> None:
    fields = {"CUSTOMERID": "CUST-01", "NAME": "Twin"}
    (refused,) = client.execute([Create("c", Record.of("CUSTOMER", fields))], control_id="request").outcomes
    assert isinstance(refused, FunctionRefused)
    assert [error.errorno for error in refused.errors] == ["BL34000061", "BL01001973"]
    assert refused.primary.error_id == "CO-0004"


def test_pages_of_a_list(client: Client, sandbox: SandboxProcess) -> None:
    page = done(client, ReadByQuery("q", "ITEM", page_size=8, fields=("ITEMID",)))
    names = [row.text("ITEMID") for row in page.rows]
    while page.remaining:
        page = done(client, ReadMore(f"m{page.remaining}", str(page.result_id)))
        names += [row.text("ITEMID") for row in page.rows]
    assert sorted(map(str, names)) == sorted(stored["ITEMID"] for stored in sandbox.objects("ITEM"))


def test_a_query_with_filter_order_and_related_field(client: Client) -> None:
    ask = Query(
        "q", "PROJECT", select=("PROJECTID", "NAME"), filter=equal_to("CUSTOMERID", "CUST-02"),
        order_by=(OrderBy("PROJECTID"),), show_private=True,
    )  # fmt: skip
    outcome = done(client, ask)
    assert (outcome.total, [row.text("NAME") for row in outcome.rows]) == (1, ["Harbor pumps"])


def test_an_aggregate(client: Client, sandbox: SandboxProcess) -> None:
    outcome = done(client, Query("q", "VENDOR", select=(Aggregate("count", "RECORDNO"),), show_private=True))
    assert outcome.rows[0].text("COUNT.RECORDNO") == str(len(sandbox.objects("VENDOR")))


def test_the_structure_of_an_object(client: Client) -> None:
    fields = {field.name: field for field in done(client, Lookup("l", "APBILL")).fields}
    assert fields["DMO_POSTING_KEY"].custom
    assert fields["VENDORID"].required
    assert {one.name for one in done(client, Inspect("i", "*")).types} >= {"APBILL", "ARINVOICE", "GLBATCH"}


def test_each_entity_has_a_session_of_its_own(client: Client, sandbox: SandboxProcess) -> None:
    for entity in ("100", "200", None):
        done(client.for_entity(entity), Create("c", Record.of("CLASS", {"CLASSID": f"C-{entity}", "NAME": "x"})))
        sandbox.set(uniqueid_mode="off")
    owners = {stored["CLASSID"]: stored["MEGAENTITYID"] for stored in sandbox.objects("CLASS")}
    assert (owners["C-100"], owners["C-200"], owners["C-None"]) == ("100", "200", "")
