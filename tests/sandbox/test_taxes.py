"""Taxes of a document: of the right type, of one solution, reverse charge in pairs, and within the total."""

from typing import Any

import pytest

from tests.sandbox.conversation import Conversation, create, tags, update
from tests.sandbox.documents import GL_LINES, LINE_ITEM, bill, journal_entry, legacy

GB, FR = "United Kingdom - VAT", "France - VAT"
BILL_LINE = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "100.00", "LOCATIONID": "200"}


def taxes(*entries: str) -> dict[str, Any]:
    """`GB-RC-IN` or, with an amount, `GB-RC-IN 20.00`."""
    listed = []
    for entry in entries:
        detail, _, amount = entry.partition(" ")
        listed.append({"DETAILID": detail} | ({"TRX_TAX": amount} if amount else {}))
    return {"TAXENTRIES": {"TAXENTRY": listed}}


def taxed_bill(*entries: str, **changes: Any) -> str:
    return create("APBILL", bill({**BILL_LINE, **taxes(*entries)}, **changes))


def taxed(function: str, *details: str, amount: str = "100.00", **changes: Any) -> str:
    """A legacy document with a line for each tax detail."""
    lines = [{**LINE_ITEM, "amount": amount, "taxentries": {"taxentry": {"detailid": one}}} for one in details]
    fields = legacy(function, *lines)
    items = {name: fields.pop(name) for name in list(fields) if name.endswith("items")}
    return f"<{function}>{tags({**fields, **changes, **items})}</{function}>"


def refused(gateway: Conversation, function: str) -> str:
    """The words of the only function's refusal, after which nothing is stored."""
    answer = gateway.ask(function)
    assert (answer.statuses, answer.errors()[0].errorno) == (["failure"], "BL03000018")
    assert not gateway.sandbox.objects("APBILL")
    return answer.errors()[0].text


def taken(gateway: Conversation, *functions: str) -> bool:
    return set(gateway.ask(*functions).statuses) == {"success"}


@pytest.mark.parametrize(
    ("right", "wrong", "wanted"),
    [
        (taxed_bill("GB-STD-IN"), taxed_bill("GB-STD-OUT"), "Purchase"),
        (taxed("create_apadjustment", "GB-STD-IN"), taxed("create_apadjustment", "GB-STD-OUT"), "Purchase"),
        (taxed("create_invoice", "GB-STD-OUT"), taxed("create_invoice", "GB-STD-IN"), "Sale"),
        (taxed("create_aradjustment", "GB-STD-OUT"), taxed("create_aradjustment", "GB-STD-IN"), "Sale"),
        (
            create("GLBATCH", journal_entry({**GL_LINES[0], "TRX_AMOUNT": "50", **taxes("GB-STD-IN")}, GL_LINES[1],
                                            TAXIMPLICATIONS="Inbound")),
            create("GLBATCH", journal_entry({**GL_LINES[0], "TRX_AMOUNT": "50", **taxes("GB-STD-OUT")}, GL_LINES[1],
                                            TAXIMPLICATIONS="Inbound")),
            "Purchase",
        ),
    ],
    ids=["bill", "AP adjustment", "invoice", "AR adjustment", "journal entry"],
)  # fmt: skip
def test_the_type_of_a_tax_detail(gateway: Conversation, right: str, wrong: str, wanted: str) -> None:
    assert refused(gateway, wrong).endswith(f"this document takes tax details of type {wanted} only.")
    assert taken(gateway, right)


def test_an_inactive_tax_detail(gateway: Conversation) -> None:
    gateway.sandbox.records("TAXDETAIL", put=[{"DETAILID": "GB-STD-IN", "STATUS": "inactive"}])
    answer = gateway.ask(taxed_bill("GB-STD-IN"))
    assert (answer.errors()[0].errorno, answer.errors()[0].text) == (
        "BL01001973",
        "Tax detail 'GB-STD-IN' is inactive.",
    )
    assert taken(gateway, taxed_bill("GB-ZERO-IN"))


def test_one_tax_solution_for_a_document_at_the_top_level(gateway: Conversation) -> None:
    mixed = create("APBILL", bill({**BILL_LINE, **taxes("GB-STD-IN")}, {**BILL_LINE, **taxes("FR-STD-IN")}))
    assert refused(gateway, mixed) == f"Tax detail 'FR-STD-IN' belongs to the tax solution '{FR}' and not to '{GB}'."
    same = create("APBILL", bill({**BILL_LINE, **taxes("GB-STD-IN")}, {**BILL_LINE, **taxes("GB-ZERO-IN")}))
    assert taken(gateway, same)


def test_the_named_tax_solution_is_that_of_the_details(gateway: Conversation) -> None:
    assert refused(gateway, taxed_bill("GB-STD-IN", TAXSOLUTIONID=FR)) == (
        f"Tax detail 'GB-STD-IN' belongs to the tax solution '{GB}' and not to '{FR}'."
    )
    within = gateway.open("200")
    assert refused(within, taxed_bill("GB-STD-IN", TAXSOLUTIONID=FR)).startswith("Tax detail")
    assert taken(gateway, taxed_bill("GB-STD-IN", TAXSOLUTIONID=GB))


def test_a_tax_solution_where_the_company_wants_it(gateway: Conversation) -> None:
    gateway.sandbox.set(require_tax_solution=True)
    for document in (taxed_bill("GB-STD-IN"), taxed("create_invoice", "GB-STD-OUT")):
        assert refused(gateway, document) == "Required field TAXSOLUTIONID is missing"
    assert taken(gateway, taxed_bill("GB-STD-IN", TAXSOLUTIONID=GB), create("APBILL", bill()))
    assert taken(gateway.open("200"), taxed_bill("GB-STD-IN"))


@pytest.mark.parametrize("country", ["GB", "FR", "DE"])
def test_a_reverse_charge_comes_to_nothing(gateway: Conversation, country: str) -> None:
    assert taken(gateway, taxed_bill(f"{country}-RC-IN", f"{country}-RC-OUT"))
    (stored,) = gateway.sandbox.objects("APBILL")
    rate = "19.00" if country == "DE" else "20.00"
    assert stored["TRX_TOTALENTERED"] == "100.00"
    assert [entry["TRX_TAX"] for entry in stored["APBILLITEMS"][0]["TAXENTRIES"]] == [rate, f"-{rate}"]


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        (["GB-RC-IN"], "tax detail 'GB-RC-IN' needs its counterpart"),
        (["GB-RC-OUT"], "tax detail 'GB-RC-OUT' needs its counterpart"),
        (["GB-RC-IN", "GB-STD-IN"], "tax detail 'GB-RC-IN' needs its counterpart"),
        (["GB-RC-IN", "GB-RC-IN"], "tax detail 'GB-RC-IN' needs its counterpart"),
        (["GB-RC-IN", "DE-RC-OUT"], "tax detail 'GB-RC-IN' needs its counterpart"),
        (["GB-RC-IN 20.00", "GB-RC-OUT -19.99"], "not GB-RC-IN 20.00 and GB-RC-OUT -19.99."),
        (["GB-RC-IN 20.00", "GB-RC-OUT 20.00"], "not GB-RC-IN 20.00 and GB-RC-OUT 20.00."),
        (["GB-RC-IN -20.00", "GB-RC-OUT 20.00"], "not GB-RC-IN -20.00 and GB-RC-OUT 20.00."),
    ],
)
def test_half_a_reverse_charge(gateway: Conversation, entries: list[str], text: str) -> None:
    words = refused(gateway, taxed_bill(*entries))
    assert words.startswith("Reverse charge: ")
    assert text in words


TAX = {"detailid": "GB-STD-OUT"}


@pytest.mark.parametrize("entries", [[], [TAX] * 3, [{"trx_tax": "1", **TAX}]])
def test_a_legacy_line_has_one_or_two_taxes_in_their_order(
    gateway: Conversation, entries: list[dict[str, str]]
) -> None:
    line = {**LINE_ITEM, "taxentries": {"taxentry": entries}}
    answer = gateway.ask(f"<create_invoice>{tags(legacy('create_invoice', line))}</create_invoice>")
    assert (answer.control, answer.errors()[0].errorno) == ("failure", "XL03000003")


def test_a_credit_reverses_its_reverse_charge(gateway: Conversation) -> None:
    line = {**BILL_LINE, "TRX_AMOUNT": "-50", **taxes("GB-RC-IN -10.00", "GB-RC-OUT 10.00")}
    assert taken(gateway, create("APBILL", bill(line)))


class TestInclusive:
    """The total is what the supplier wrote; the net is what is left of it."""

    @pytest.mark.parametrize(
        ("total", "entries", "net", "tax"),
        [
            ("120.00", ["GB-STD-IN"], "100.00", ["20.00"]),
            # 0.03 × 20/120 = 0.005, half up
            ("0.03", ["GB-STD-IN"], "0.02", ["0.01"]),
            # 99.99 × 19/119 = 15.9648…
            ("99.99", ["DE-STD-IN"], "84.03", ["15.96"]),
            ("-0.03", ["GB-STD-IN"], "-0.02", ["-0.01"]),
            ("99.99", ["DE-STD-IN 15.97"], "84.02", ["15.97"]),
            ("100.00", ["GB-RC-IN", "GB-RC-OUT"], "100.00", ["20.00", "-20.00"]),
            ("7.00", [], "7.00", []),
        ],
    )
    def test_the_total_is_kept_exactly(
        self, gateway: Conversation, total: str, entries: list[str], net: str, tax: list[str]
    ) -> None:
        line = {"ACCOUNTNO": "6000", "LOCATIONID": "200", "TOTALTRXAMOUNT": total} | (
            taxes(*entries) if entries else {}
        )
        number = gateway.ask(create("APBILL", bill(line, INCLUSIVETAX="true"))).record_no
        gateway.ask(update("APBILL", {"RECORDNO": number, "DESCRIPTION": "Seen"}))
        (stored,) = gateway.sandbox.objects("APBILL")
        (kept,) = stored["APBILLITEMS"]
        assert (stored["TRX_TOTALENTERED"], kept["TOTALTRXAMOUNT"], kept["TRX_AMOUNT"]) == (total, total, net)
        assert [entry["TRX_TAX"] for entry in kept.get("TAXENTRIES", [])] == tax

    @pytest.mark.parametrize(
        ("function", "object_name"), [("create_bill", "APBILL"), ("create_apadjustment", "APADJUSTMENT")]
    )
    def test_by_the_legacy_creators(self, gateway: Conversation, function: str, object_name: str) -> None:
        line = {
            **LINE_ITEM,
            "amount": "0",
            "totaltrxamount": "120.00",
            "taxentries": {"taxentry": {"detailid": "GB-STD-IN"}},
        }
        fields = legacy(function, line)
        items = {name: fields.pop(name) for name in list(fields) if name.endswith("items")}
        gateway.ask(f"<{function}>{tags({**fields, 'inclusivetax': 'true', **items})}</{function}>")
        (stored,) = gateway.sandbox.objects(object_name)
        assert (stored["TRX_TOTALENTERED"], stored[f"{object_name}ITEMS"][0]["TRX_AMOUNT"]) == ("120.00", "100.00")

    def test_each_line_has_its_total(self, gateway: Conversation) -> None:
        inclusive = create("APBILL", bill(BILL_LINE, INCLUSIVETAX="true"))
        assert refused(gateway, inclusive) == "Required field TOTALTRXAMOUNT is missing"
        assert taken(gateway, create("APBILL", bill(BILL_LINE, INCLUSIVETAX="false")))


def test_a_total_is_the_exact_sum_of_its_lines(gateway: Conversation) -> None:
    lines = [{**BILL_LINE, "TRX_AMOUNT": amount} for amount in ("0.1", "0.2", "1000000000000.05", "-0.35")]
    assert taken(gateway, create("APBILL", bill(*lines)))
    assert gateway.sandbox.objects("APBILL")[0]["TRX_TOTALENTERED"] == "1000000000000.00"


def test_credits_are_negative_through_and_through(gateway: Conversation) -> None:
    assert taken(gateway, taxed("create_invoice", "GB-STD-OUT", amount="-100"), taxed_bill("GB-STD-IN -20.00"))
    assert taken(gateway, taxed("create_apadjustment", "GB-STD-IN", amount="-0.03"))
    (invoice,), (credit,) = gateway.sandbox.objects("ARINVOICE"), gateway.sandbox.objects("APADJUSTMENT")
    assert (invoice["TRX_TOTALENTERED"], invoice["TRX_TOTALDUE"]) == ("-120.00", "-120.00")
    assert credit["TRX_TOTALENTERED"] == "-0.04"
