"""Legacy creators: any order in, the schema's order out, and refusals before the gateway's."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from apps.intacct import LEGACY_CREATORS, LegacyCreate, Record, RenderError, payload
from apps.intacct.legacy import render_legacy

LINE = {"glaccountno": "4000", "amount": Decimal("10.50")}

plain = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=8)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def optional(**fields):
    """Any subset of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def line_items(draw):
    fields = {draw(st.sampled_from(["glaccountno", "accountlabel"])): draw(plain), "amount": draw(amounts)}
    fields |= draw(
        optional(memo=plain, locationid=plain, departmentid=plain, customerid=plain, itemid=plain,
                 classid=plain, warehouseid=plain, billable=st.booleans(), revrecstartdate=days,
                 offsetglaccountno=plain, projectid=plain)
    )  # fmt: skip
    if draw(st.booleans()):
        fields["customfields"] = Record.of("customfields", {"GLDIMREGION": draw(plain)})
    return Record("lineitem", tuple(draw(st.permutations(list(fields.items())))))


@st.composite
def headers(draw, function):
    party = "customerid" if function in {"create_invoice", "create_aradjustment"} else "vendorid"
    items = {
        "create_invoice": "invoiceitems",
        "create_bill": "billitems",
        "create_aradjustment": "aradjustmentitems",
        "create_apadjustment": "apadjustmentitems",
    }[function]
    fields = {party: draw(plain), "datecreated": draw(days)}
    fields[items] = tuple(draw(st.lists(line_items(), min_size=1, max_size=3)))
    fields |= draw(optional(dateposted=days, batchkey=plain, action=st.just("Draft"), description=plain,
                            externalid=plain, nogl=st.booleans()))  # fmt: skip
    if function in {"create_invoice", "create_bill"}:
        fields["datedue"] = draw(days)
        fields |= draw(optional(termname=plain, ponumber=plain, supdocid=plain))
    if function == "create_invoice":
        fields |= draw(optional(invoiceno=plain, billto=plain, shipto=plain))
    if function != "create_aradjustment" and draw(st.booleans()):
        fields["customfields"] = Record.of("customfields", {"MARKER": draw(plain), "OTHER": draw(amounts)})
    if draw(st.booleans()):
        fields["currency"] = "EUR"
        fields |= draw(st.sampled_from([
            {}, {"basecurr": "USD"}, {"exchrate": Decimal("1.1")}, {"exchratetype": "Daily"},
            {"exchratetype": "Daily", "exchratedate": date(2026, 1, 1)},
        ]))  # fmt: skip
    return Record("any", tuple(draw(st.permutations(list(fields.items())))))


@pytest.mark.parametrize("function", LEGACY_CREATORS)
@given(data=st.data())
def test_any_order_of_fields_gives_a_document_the_schema_accepts(request_schema, function, data):
    element = render_legacy(function, data.draw(headers(function)))
    root = etree.fromstring(
        "<request><control><senderid>s</senderid><controlid>c</controlid></control><operation>"
        "<authentication><sessionid>s</sessionid></authentication><content><function controlid='f'/></content>"
        "</operation></request>"
    )
    root.find(".//function").append(element)
    request_schema.assertValid(root)


@given(data=st.data())
def test_the_order_of_the_fields_makes_no_difference_to_the_payload(data):
    record = data.draw(headers("create_invoice"))
    shuffled = Record("any", tuple(data.draw(st.permutations(record.fields))))
    texts = {payload(LegacyCreate("f", "create_invoice", one)) for one in (record, shuffled)}
    assert len(texts) == 1


def test_an_invoice_is_written_as_the_protocol_shows_it():
    record = Record.of(
        "invoice",
        {
            "invoiceitems": [
                Record.of(
                    "lineitem",
                    {
                        "taxentries": [Record.of("taxentry", {"trx_tax": Decimal("2.10"), "detailid": "UK20"})],
                        "amount": Decimal("10.50"),
                        "glaccountno": "4000",
                        "customfields": Record.of("customfields", {"GLDIMREGION": 10001}),
                    },
                )
            ],
            "billto": Record.of("billto", {"contactname": "Ann"}),
            "termname": "N30",
            "datecreated": date(2026, 3, 9),
            "customerid": "C1",
        },
    )
    assert payload(LegacyCreate("f", "create_invoice", record)) == (
        "<create_invoice><customerid>C1</customerid>"
        "<datecreated><year>2026</year><month>03</month><day>09</day></datecreated>"
        "<termname>N30</termname><billto><contactname>Ann</contactname></billto>"
        "<invoiceitems><lineitem><glaccountno>4000</glaccountno><amount>10.50</amount>"
        "<customfields><customfield><customfieldname>GLDIMREGION</customfieldname>"
        "<customfieldvalue>10001</customfieldvalue></customfield></customfields>"
        "<taxentries><taxentry><detailid>UK20</detailid><trx_tax>2.10</trx_tax></taxentry></taxentries>"
        "</lineitem></invoiceitems></create_invoice>"
    )


def test_a_currency_without_a_rate_asks_for_the_default_rate_type():
    fields = {"customerid": "C1", "datecreated": date(2026, 3, 9), "currency": "EUR",
              "invoiceitems": Record.of("lineitem", LINE)}  # fmt: skip
    element = render_legacy("create_invoice", Record.of("x", fields))
    assert [child.tag for child in element][2:4] == ["currency", "exchratetype"]


def bad_line(**changes):
    return {"invoiceitems": [Record.of("lineitem", {**LINE, **changes})]}


@pytest.mark.parametrize(
    ("case", "changes", "path"),
    [
        ("unknown field", {"colour": "red"}, "create_invoice.colour"),
        ("name in capitals", {"CUSTOMERID": "C1"}, "create_invoice.CUSTOMERID"),
        ("required field absent", {"customerid": None}, "create_invoice.customerid"),
        ("no lines", {"invoiceitems": ()}, "create_invoice.invoiceitems"),
        ("date as text", {"datecreated": "2026-03-09"}, "create_invoice.datecreated"),
        ("date with time", {"datecreated": datetime(2026, 3, 9)}, "create_invoice.datecreated"),  # noqa: DTZ001
        ("rate without currency", {"exchrate": Decimal(1)}, "create_invoice.exchrate"),
        ("rate and rate type", {"currency": "EUR", "exchrate": Decimal(1), "exchratetype": "x"},
         "create_invoice.exchrate"),
        ("plain field as record", {"description": Record.of("x", {"a": "b"})}, "create_invoice.description"),
        ("contact with an address", {"billto": Record.of("billto", {"city": "x"})}, "create_invoice.billto"),
        ("custom fields as text", {"customfields": "x"}, "create_invoice.customfields"),
        ("unknown field in a line", bad_line(colour="red"), "create_invoice.invoiceitems[1].colour"),
        ("two accounts in a line", bad_line(accountlabel="Sales"), "create_invoice.invoiceitems[1].glaccountno"),
        ("no account in a line", bad_line(glaccountno=None), "create_invoice.invoiceitems[1].accountlabel"),
        ("task without project", bad_line(taskid="T"), "create_invoice.invoiceitems[1].taskid"),
        ("three taxes", bad_line(taxentries=(Record.of("taxentry", {"detailid": "a"}),) * 3),
         "create_invoice.invoiceitems[1].taxentries"),
        ("control character", bad_line(memo="a\x00"), "create_invoice.invoiceitems[1].memo"),
    ],
)  # fmt: skip
def test_what_would_spoil_the_whole_request_is_refused_by_the_path_of_the_field(case, changes, path):
    fields = {"customerid": "C1", "datecreated": date(2026, 3, 9), "termname": "N30", **bad_line(), **changes}
    with pytest.raises(RenderError) as caught:
        LegacyCreate("f", "create_invoice", Record.of("x", fields)).to_element()
    assert caught.value.field == path


def test_a_field_given_twice_is_refused():
    fields = (("customerid", "C1"), ("customerid", "C2"), ("datecreated", date(2026, 1, 1)))
    with pytest.raises(RenderError):
        render_legacy("create_invoice", Record("x", fields))


def test_a_bill_needs_a_due_date_or_a_term():
    fields = {"vendorid": "V1", "datecreated": date(2026, 1, 1), "billitems": [Record.of("lineitem", LINE)]}
    with pytest.raises(RenderError):
        render_legacy("create_bill", Record.of("x", fields))


def test_a_creator_that_is_not_documented_is_refused():
    with pytest.raises(RenderError):
        render_legacy("create_everything", Record.of("x", {}))
