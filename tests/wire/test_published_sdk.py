"""The published `sageintacctsdk`, unchanged but for its address, works against the sandbox as against Intacct."""

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.sandbox_process import SandboxProcess

sdk = pytest.importorskip("sageintacctsdk")
api_base = pytest.importorskip("sageintacctsdk.apis.api_base")

_numbers = itertools.count(1)
SignIn = Callable[..., Any]


@pytest.fixture
def sign_in(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """The SDK's own sign-in; every part of it calls the sandbox instead of the public address."""
    original = api_base.ApiBase.__init__

    def pointed_to_the_sandbox(self: Any, *arguments: Any, **more: Any) -> None:
        original(self, *arguments, **more)
        self._ApiBase__api_url = sandbox.endpoint

    monkeypatch.setattr(api_base.ApiBase, "__init__", pointed_to_the_sandbox)

    def connect(**changes: str) -> Any:
        right = {
            "sender_id": "XT_mfg", "sender_password": "sandbox", "user_id": "xml_gateway", "company_id": "SANDBOX",
            "user_password": "sandbox",
        }  # fmt: skip
        return sdk.SageIntacctSDK(**{**right, **changes})

    return connect


@pytest.fixture
def connection(sign_in: SignIn) -> Any:
    return sign_in()


def bill(**changes: Any) -> dict[str, Any]:
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "129.90", "ENTRYDESCRIPTION": "Nuts & <bolts>", "LOCATIONID": "100"}
    return {
        "WHENCREATED": "10/21/2026", "VENDORID": "SUPP-01", "RECORDID": f"SDK-{next(_numbers)}",
        "WHENDUE": "11/20/2026", "APBILLITEMS": {"APBILLITEM": [line]}, **changes,
    }  # fmt: skip


def journal_entry(credit: str = "60.00") -> dict[str, Any]:
    def line(account: str, amount: str, side: str) -> dict[str, str]:
        return {"ACCOUNTNO": account, "TRX_AMOUNT": amount, "TR_TYPE": side, "LOCATION": "100"}

    lines = [line("1200", "60.00", "1"), line("1210", credit, "-1")]
    return {
        "JOURNAL": "IJ", "BATCH_DATE": "10/21/2026", "BATCH_TITLE": "Stock", "ENTRIES": {"GLENTRY": lines}
    }  # fmt: skip


def invoice() -> dict[str, Any]:
    def day(text: str) -> dict[str, str]:
        return dict(zip(("year", "month", "day"), text.split("-"), strict=True))

    return {
        "customerid": "CUST-01", "datecreated": day("2026-10-21"), "datedue": day("2026-11-20"),
        "invoiceno": f"SDK-{next(_numbers)}",
        "invoiceitems": {"lineitem": [{"glaccountno": "4000", "amount": "10.50", "memo": "Pump", "locationid": "100"}]},
    }  # fmt: skip


READABLE = {
    "accounts": "GLACCOUNT", "vendors": "VENDOR", "customers": "CUSTOMER", "items": "ITEM",
    "departments": "DEPARTMENT", "classes": "CLASS", "projects": "PROJECT", "locations": "LOCATION",
    "location_entities": "LOCATIONENTITY", "tax_details": "TAXDETAIL", "tax_solutions": "TAXSOLUTION",
}  # fmt: skip


@pytest.mark.parametrize(("part", "object_name"), READABLE.items())
def test_its_own_field_lists_are_answered(
    connection: Any, sandbox: SandboxProcess, part: str, object_name: str
) -> None:
    """The SDK asks for all the fields that it knows, many of which are empty here."""
    rows = getattr(connection, part).get_all()
    assert {row["RECORDNO"] for row in rows} == {stored["RECORDNO"] for stored in sandbox.objects(object_name)}


def test_it_counts(connection: Any, sandbox: SandboxProcess) -> None:
    assert connection.accounts.count(None) == len(sandbox.objects("GLACCOUNT"))
    assert connection.accounts.count() == len(sandbox.objects("GLACCOUNT")) - 1, "the active ones"


def test_it_reads_page_by_page(connection: Any, sandbox: SandboxProcess) -> None:
    connection.items._ApiBase__pagesize = 7
    pages = list(connection.items.get_all_generator(order_by_field="RECORDNO", order="ascending"))
    assert [len(page) for page in pages] == [7, 7, 6]
    assert [row["RECORDNO"] for page in pages for row in page] == [str(number) for number in range(1, 21)]


def test_it_reads_what_changed_since(connection: Any) -> None:
    def changed_since(moment: str) -> int:
        return sum(map(len, connection.vendors.get_all_generator(updated_at=moment)))

    assert changed_since("01/01/2020 00:00:00") == 10
    assert changed_since(f"01/01/{datetime.now().astimezone().year + 1} 00:00:00") == 0


def test_it_filters(connection: Any) -> None:
    found = connection.vendors.get_by_query(fields=["VENDORID"], and_filter=[("equalto", "NAME", "Clyde Castings")])
    assert [row["VENDORID"] for row in found] == ["SUPP-03"]
    both = [("like", "VENDORID", "SUPP-0%"), ("like", "NAME", "%t%")]
    assert len(connection.vendors.get_by_query(fields=["VENDORID"], and_filter=both)) > 1


def test_it_reads_by_the_legacy_query(connection: Any) -> None:
    answer = connection.customers.get("CUSTOMERID", "CUST-02", fields=["CUSTOMERID", "NAME"])
    assert (answer["@count"], answer["customer"]["NAME"]) == ("1", "Bayou Chemical")
    assert connection.customers.read_by_query(fields=["RECORDNO"])["data"]["@totalcount"] == "12"


def test_it_lists_dimensions_and_their_values(connection: Any) -> None:
    own = [one["objectName"] for one in connection.dimensions.get_all() if one["userDefinedDimension"] == "true"]
    assert own == ["LINE_OF_BUSINESS"]
    values = connection.dimension_values.get_all(own[0])
    assert sorted((one["id"], one["name"]) for one in values) == [("1", "Pumps"), ("2", "Valves"), ("3", "Service")]
    assert "APBILL" in {one["@typename"] for one in connection.dimensions.get_objects()["type"]}


def test_it_looks_up_fields(connection: Any) -> None:
    fields = connection.bills.get_lookup()["Type"]["Fields"]["Field"]
    assert {"VENDORID", "DMO_POSTING_KEY"} <= {field["ID"] for field in fields}


def test_it_posts_a_bill(connection: Any, sandbox: SandboxProcess) -> None:
    made = connection.bills.post(bill())["data"]["apbill"]
    (stored,) = sandbox.objects("APBILL")
    assert (made["RECORDNO"], made["RECORD_URL"]) == (stored["RECORDNO"], stored["RECORD_URL"])
    assert stored["APBILLITEMS"][0]["ENTRYDESCRIPTION"] == "Nuts & <bolts>"


def test_it_posts_a_journal_entry(connection: Any, sandbox: SandboxProcess) -> None:
    made = connection.journal_entries.post(journal_entry())["data"]["glbatch"]
    assert [stored["RECORDNO"] for stored in sandbox.objects("GLBATCH")] == [made["RECORDNO"]]


def test_it_posts_an_invoice(connection: Any, sandbox: SandboxProcess) -> None:
    key = connection.ar_invoices.post(invoice())["key"]
    (stored,) = sandbox.objects("ARINVOICE")
    assert (key, stored["TRX_TOTALENTERED"]) == (stored["RECORDNO"], "10.50")


def test_it_changes_and_deletes(connection: Any, sandbox: SandboxProcess) -> None:
    number = connection.bills.post(bill())["data"]["apbill"]["RECORDNO"]
    connection.bills.update_attachment(number, "ATT-1")
    assert sandbox.objects("APBILL")[0]["SUPDOCID"] == "ATT-1"
    assert connection.bills.delete(number)["status"] == "success"
    assert sandbox.objects("APBILL") == []


def test_it_works_in_an_entity(sign_in: SignIn, sandbox: SandboxProcess) -> None:
    sign_in(entity_id="100").bills.post(bill())
    assert sandbox.objects("APBILL")[0]["MEGAENTITYID"] == "100"
    assert sign_in().bills.count(None) == 0, "private to the entity"
    assert sign_in(show_private=True).bills.count(None) == 1


@pytest.mark.parametrize(
    ("changes", "errorno"),
    [
        ({"VENDORID": "NOBODY"}, "BL01001973"),
        ({"VENDORID": "SUPP-10"}, "BL01001973"),
        ({"WHENDUE": ""}, "BL03000018"),
        ({"WHENCREATED": "01/01/2020"}, "BL03000060"),
        ({"COLOUR": "red"}, "DL02000001"),
    ],
)
def test_a_bad_bill_is_its_error(
    connection: Any, sandbox: SandboxProcess, changes: dict[str, str], errorno: str
) -> None:
    with pytest.raises(sdk.exceptions.WrongParamsError) as caught:
        connection.bills.post(bill(**changes))
    assert caught.value.response["error"][0]["errorno"] == errorno
    assert sandbox.objects("APBILL") == []


def test_an_unbalanced_journal_entry_is_its_error(connection: Any, sandbox: SandboxProcess) -> None:
    with pytest.raises(sdk.exceptions.WrongParamsError, match="do not balance"):
        connection.journal_entries.post(journal_entry(credit="59.99"))
    assert sandbox.objects("GLBATCH") == []


def test_a_wrong_order_is_its_error(connection: Any, sandbox: SandboxProcess) -> None:
    with pytest.raises(sdk.exceptions.WrongParamsError, match="XL03000003"):
        connection.ar_invoices.post(dict(reversed(invoice().items())))
    assert sandbox.objects("ARINVOICE") == []


def test_what_may_not_be_created_is_its_missing_right(connection: Any) -> None:
    with pytest.raises(sdk.exceptions.NoPrivilegeError):
        connection.tax_details.post({"DETAILID": "X"})


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"sender_password": "wrong"}, "WrongParamsError"),
        ({"user_password": "wrong"}, "InvalidTokenError"),
        ({"entity_id": "999"}, "InvalidTokenError"),
    ],
    ids=["sender", "user", "entity"],
)
def test_a_wrong_sign_in_is_its_error(sign_in: SignIn, wrong: dict[str, str], error: str) -> None:
    with pytest.raises(getattr(sdk.exceptions, error)):
        sign_in(**wrong)


def test_an_ended_session_is_its_invalid_token(connection: Any, sandbox: SandboxProcess) -> None:
    sandbox.arm("session_expired")
    with pytest.raises(sdk.exceptions.InvalidTokenError, match="Invalid session"):
        connection.bills.post(bill())
    assert connection.bills.post(bill())["status"] == "success"
