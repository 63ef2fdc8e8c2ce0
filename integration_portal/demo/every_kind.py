"""One or more of every kind of document: stock, production, returns, credit notes, prepayments, other countries."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from integration_portal.demo.bodies import GOODS, RAW_MATERIALS, body, line, without_account, working_days

Body = dict[str, Any]
DEPARTMENTS = {"purchasing": {"department": "PURCH"}, "production": {"department": "PROD"}}
SALES = {"department": "SALES", "channel": "WHOLESALE"}


def every_kind() -> Iterator[Body]:
    """All of them, each posted."""
    yield from _stock()
    yield from _production()
    yield from _returns()
    yield from _invoices_with_movements()
    yield from _credit_notes()
    yield from _prepayments()
    yield from _britain()
    yield from _france()
    yield from _germany()
    yield from _other_currencies()
    yield from _determined()


def _moved(kind: str, number: str, day: datetime.date, debit: str, credit: str, amount: Decimal, **more: Any) -> Body:
    """A stock movement: one account against another."""
    shared = {"movement_type": "stock_journal", "site": "100-WH1", **more}
    lines = [line(debit, amount, side="debit", **shared), line(credit, amount, side="credit", **shared)]
    return body(kind, number, day, lines=lines)


def _stock() -> Iterator[Body]:
    days = working_days()
    pump, valve = GOODS["ITEM-1"][2], GOODS["ITEM-2"][2]
    housing, seal = RAW_MATERIALS["RM-01"][1], RAW_MATERIALS["RM-03"][1]
    yield _moved("stock_journal", "ST-000101", days[0], "1210", "5200", pump, item="ITEM-1", description="Found")
    for index in range(2):
        yield _moved(
            "stock_receipt", f"ST-00011{index}", days[1 + index], "1200", "5200", housing * (index + 1), item="RM-01"
        )
        yield _moved(
            "stock_issue", f"ST-00012{index}", days[2 + index], "5200", "1200", seal * (index + 3), item="RM-03"
        )
        yield _moved(
            "stock_adjustment", f"ST-00013{index}", days[3 + index], "5200", "1210", valve, item="ITEM-2",
            amount_type="adjustment", description="Damaged in the warehouse",
        )  # fmt: skip
        yield _moved(
            "stock_count", f"ST-00014{index}", days[10 + index], "1210", "5200", valve * (index + 1), item="ITEM-2",
            description="Counted more than was booked",
        )  # fmt: skip
    yield _moved(
        "stock_value_change", "ST-000150", days[12], "1210", "5200", Decimal("17.35"), item="ITEM-4",
        description="New standard cost",
    )  # fmt: skip
    for index, (kind, debit, credit) in enumerate(
        (("stock_transfer_shipment", "1300", "1210"), ("stock_transfer_receipt", "1210", "1300"))
    ):
        yield _moved(
            kind, f"ST-00016{index}", days[13 + index], debit, credit, pump * 2, item="ITEM-1",
            amount_type="in_transit_amount", description="Albany to Buffalo",
        )  # fmt: skip


def _production() -> Iterator[Body]:
    """A work order: materials and hours go in, finished goods come out, what is left is a variance."""
    days = working_days()
    steps = (
        ("material_tracking", "1220", "1200", Decimal("1240.80")),
        ("labour_run", "1220", "2300", Decimal("385.00")),
        ("machine_run", "1220", "2300", Decimal("212.50")),
        ("production_tracking", "1210", "1220", Decimal("1815.00")),
        ("work_order_variance", "5100", "1220", Decimal("23.30")),
    )
    for index, (movement, debit, credit, amount) in enumerate(steps):
        shared = {"movement_type": movement, "site": "100-MFG", "dimensions": DEPARTMENTS["production"]}
        lines = [line(debit, amount, side="debit", **shared), line(credit, amount, side="credit", **shared)]
        yield body("work_in_progress", f"WO-00070{index}", days[6 + index], description="Work order 70", lines=lines)


def _returns() -> Iterator[Body]:
    days = working_days()
    cost = GOODS["ITEM-1"][2]
    seal = RAW_MATERIALS["RM-02"][1]
    yield _moved("sales_return_receipt", "SR-000201", days[7], "1210", "5000", cost * 2, item="ITEM-1") | {
        "customer": "CUST-01",
        "origin": {"document_type": "sales_shipment", "number": "SH-000201"},
    }
    yield _moved("purchase_return", "RR-000101", days[8], "2100", "1200", seal * 4, item="RM-02") | {
        "supplier": "SUPP-02",
        "origin": {"document_type": "purchase_receipt", "number": "PR-000102"},
    }
    for index in range(2):
        amount = Decimal("825.00") + 40 * index
        lines = [
            line("1300", amount, side="debit", description="Delivered, not invoiced"),
            line("4000", amount, side="credit", description="Revenue on shipment", dimensions=SALES),
        ]
        yield body("revenue_recognition", f"RV-00030{index}", days[9 + index], customer="CUST-02", lines=lines)


def _invoices_with_movements() -> Iterator[Body]:
    """Goods received not invoiced and a stock adjustment with the bill; revenue recognised on close."""
    days = working_days()
    for index in range(3):
        received, billed = Decimal("940.00") + 10 * index, Decimal("952.40") + 10 * index
        stock = {"movement_type": "stock_journal", "item": "RM-01", "site": "100-WH1"}
        yield body(
            "purchase_invoice", f"PI-00060{index}", days[11 + index], supplier="SUPP-01",
            supplier_document_number=f"01-88{index}", due_date=days[18].isoformat(), payment_term="NET30",
            lines=[
                line("2100", billed, description="Cast iron housing", dimensions=DEPARTMENTS["purchasing"]),
                line("1200", billed - received, side="debit", amount_type="adjustment", **stock),
                line("2100", billed - received, side="credit", amount_type="adjustment", **stock),
            ],
        )  # fmt: skip
        shipped = Decimal("510.00") + 5 * index
        yield body(
            "sales_invoice", f"SI-00060{index}", days[12 + index], customer="CUST-03",
            due_date=days[19].isoformat(), payment_term="NET30",
            lines=[
                line(
                    "1300", shipped, description="Invoiced on close", dimensions=SALES,
                    tax={"detail": "US-EXEMPT", "amount": "0.00"},
                ),
                line("1300", shipped, side="debit", movement_type="stock_journal", description="Recognised on close"),
                line(
                    "4000", shipped, side="credit", movement_type="stock_journal", description="Recognised on close",
                    dimensions=SALES,
                ),
            ],
        )  # fmt: skip


def _credit_notes() -> Iterator[Body]:
    days = working_days()
    for index in range(3):
        net = Decimal("96.40") * (index + 1)
        yield body(
            "sales_credit_note", f"SC-00030{index}", days[14 + index], customer=f"CUST-0{index + 2}",
            origin={"document_type": "sales_invoice", "number": f"SI-{302 + index:06}"},
            description="Goods returned",
            lines=[line("4900", net, dimensions=SALES, item="ITEM-2", tax={"detail": "US-NY-8.875"})],
        )  # fmt: skip
        yield body(
            "purchase_credit_note", f"PC-00040{index}", days[14 + index], supplier=f"SUPP-0{index + 1}",
            supplier_document_number=f"C-{410 + index}",
            origin={"document_type": "purchase_invoice", "number": f"PI-{401 + index:06}"},
            lines=[line("2100", Decimal("47.30") * (index + 1), description="Sent back", item="RM-02")],
        )  # fmt: skip


def _prepayments() -> Iterator[Body]:
    days = working_days()
    for index, (company, currency) in enumerate((("100", "USD"), ("100", "USD"), ("200", "GBP"))):
        yield body(
            "ar_advance", f"AD-00080{index}", days[15], company=company, financial_site=company, currency=currency,
            customer=f"CUST-0{index + 1}", payment_method="eft", bank_account="BANK-1",
            description="Deposit on order", lines=[line("1100", Decimal("300.00") + 75 * index)],
        )  # fmt: skip


def _abroad(kind: str, number: str, day: datetime.date, company: str, currency: str, **more: Any) -> Body:
    due = {} if "credit" in kind else {"due_date": (day + datetime.timedelta(days=30)).isoformat()}
    return body(kind, number, day, company=company, financial_site=company, currency=currency, **due, **more)


def _britain() -> Iterator[Body]:
    """A service from abroad: the tax is claimed and owed at once."""
    yield _abroad(
        "purchase_invoice", "PI-200001", working_days()[6], "200", "GBP", supplier="SUPP-05",
        supplier_document_number="E-5501",
        lines=[line("6100", Decimal("640.00"), description="Calibration", tax={"detail": "GB-RC-IN"})],
    )  # fmt: skip


def _france() -> Iterator[Body]:
    """Two rates on an invoice, prices that include tax; at entity level, as the country grid says."""
    days = working_days()
    for index in range(2):
        yield _abroad(
            "sales_invoice", f"SI-30000{index}", days[4 + index], "300", "EUR", customer="CUST-04",
            lines=[
                line(
                    "4000", Decimal("119.99") + index, amount_type="amount_including_tax", site="300-WH1",
                    item="ITEM-3", dimensions=SALES, tax={"detail": "FR-STD-OUT"},
                ),
                line("4010", Decimal("45.55"), site="300-WH1", dimensions=SALES, tax={"detail": "FR-RED-OUT"}),
            ],
        )  # fmt: skip
    yield _abroad(
        "purchase_invoice", "PI-300000", days[7], "300", "EUR", supplier="SUPP-04", supplier_document_number="F-77",
        lines=[line("6000", Decimal("88.33"), description="Papier", tax={"detail": "FR-STD-IN"})],
    )  # fmt: skip


def _germany() -> Iterator[Body]:
    days = working_days()
    yield _abroad(
        "sales_invoice", "SI-400000", days[5], "400", "EUR", customer="CUST-05",
        lines=[
            line("4000", Decimal("33.33"), site="400-WH1", dimensions=SALES, tax={"detail": "DE-STD-OUT"}),
            line("4000", Decimal("33.33"), site="400-WH1", dimensions=SALES, tax={"detail": "DE-STD-OUT"}),
            line("4000", Decimal("33.34"), site="400-WH1", dimensions=SALES, tax={"detail": "DE-STD-OUT"}),
        ],
    )  # fmt: skip
    yield _abroad(
        "purchase_invoice", "PI-400000", days[8], "400", "EUR", supplier="SUPP-05", supplier_document_number="D-12",
        lines=[line("6200", Decimal("412.77"), description="Strom", tax={"detail": "DE-STD-IN"})],
    )  # fmt: skip
    yield _abroad(
        "sales_credit_note", "SC-400000", days[9], "400", "EUR", customer="CUST-05",
        origin={"document_type": "sales_invoice", "number": "SI-400000"},
        lines=[line("4900", Decimal("33.33"), site="400-WH1", dimensions=SALES, tax={"detail": "DE-STD-OUT"})],
    )  # fmt: skip


def _other_currencies() -> Iterator[Body]:
    """Without decimals, and with three, of which Intacct keeps two."""
    day = working_days()[13]
    due = {"due_date": day.isoformat(), "payment_term": "NET15"}
    yield body(
        "sales_invoice", "SI-000360", day, currency="JPY", exchange_rate="0.0066", customer="CUST-06", **due,
        lines=[{"account": "4000", "amount": "148500", "item": "ITEM-4", "dimensions": SALES}],
    )  # fmt: skip
    yield body(
        "sales_invoice", "SI-000361", day, currency="KWD", exchange_rate="3.25", customer="CUST-06", **due,
        lines=[{"account": "4000", "amount": "310.250", "item": "ITEM-4", "dimensions": SALES}],
    )  # fmt: skip


def _determined() -> Iterator[Body]:
    """Documents that name no account: journal entry types and posting classes find it."""
    day = working_days()[16]
    cost, price = GOODS["ITEM-3"][2], GOODS["ITEM-3"][1]
    stock = {"movement_type": "stock_journal", "item": "ITEM-3", "site": "100-WH1"}
    yield body(
        "sales_shipment", "SH-000270", day, customer="CUST-04",
        lines=[
            without_account("5000", cost * 3, side="debit", dimensions=SALES, **stock),
            without_account("1210", cost * 3, side="credit", **stock),
        ],
    )  # fmt: skip
    yield body(
        "sales_invoice", "SI-000370", day, customer="CUST-04", due_date=day.isoformat(), payment_term="NET30",
        origin={"document_type": "sales_shipment", "number": "SH-000270"},
        lines=[
            without_account(
                "4000", price * 3, item="ITEM-3", dimensions=SALES, amount_type="amount_excluding_tax",
                tax={"detail": "US-NY-8.875"},
            )
        ],
    )  # fmt: skip
    yield body(
        "purchase_receipt", "PR-000170", day, supplier="SUPP-03",
        lines=[
            without_account("1200", RAW_MATERIALS["RM-01"][1], side="debit", **{**stock, "item": "RM-01"}),
            without_account("2100", RAW_MATERIALS["RM-01"][1], side="credit", **{**stock, "item": "RM-01"}),
        ],
    )  # fmt: skip
    yield _abroad(
        "sales_invoice", "SI-300010", day, "300", "EUR", customer="CUST-04",
        lines=[
            without_account(
                "4010", Decimal("61.20"), item="ITEM-2", site="300-WH1", dimensions=SALES,
                amount_type="amount_excluding_tax", tax={"detail": "FR-RED-OUT"},
            )
        ],
    )  # fmt: skip
