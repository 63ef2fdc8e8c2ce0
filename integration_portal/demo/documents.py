"""The demo's documents: October 2026 of a small manufacturer, and some that must fail, each for a stated reason."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from apps.delivery.states import State
from integration_portal.demo.bodies import (
    CENT,
    CHANNELS,
    CUSTOMERS,
    GOODS,
    RAW_MATERIALS,
    SUPPLIERS,
    body,
    line,
    money,
    working_days,
)
from integration_portal.demo.every_kind import every_kind


@dataclass(frozen=True)
class DemoDocument:
    """A document as a REST client would submit it, the state it must end in, why, and what its problem must say."""

    body: dict[str, Any]
    ends: State = State.POSTED
    reason: str = ""
    says: str = ""


def demo_documents() -> list[DemoDocument]:
    """All of them, in the order in which they would be submitted."""
    ordinary = [DemoDocument(one) for one in (*_purchasing(), *_sales(), *_abroad(), *every_kind())]
    return ordinary + list(_failing())


def _purchasing() -> Iterator[dict[str, Any]]:
    """Goods received (stock against goods received not invoiced), then the suppliers' invoices."""
    days = working_days()
    for index in range(12):
        item, (name, cost) = list(RAW_MATERIALS.items())[index % 3]
        supplier = SUPPLIERS[index % 5]
        quantity = 20 + 7 * index
        value = cost * quantity
        variance = Decimal("3.25") * (index % 3)
        stock = {"item": item, "site": "100-WH1", "quantity": str(quantity), "unit": "EA", "description": name}
        lines = [
            line("1200", value, side="debit", movement_type="stock_journal", **stock),
            line("2100", value + variance, side="credit", movement_type="stock_journal", description=name),
        ]
        if variance:
            lines.append(
                line(
                    "5100", variance, side="debit", movement_type="stock_journal", amount_type="variance",
                    description="Price variance", dimensions={"department": "PURCH"},
                )
            )  # fmt: skip
        yield body(
            "purchase_receipt", f"PR-{101 + index:06}", days[index], supplier=supplier, lines=lines,
            description=f"Receipt of {name.lower()}",
        )  # fmt: skip
        if index < 8:
            yield body(
                "purchase_invoice", f"PI-{401 + index:06}", days[index + 3],
                supplier=supplier, supplier_document_number=f"{supplier[-2:]}-{7310 + 11 * index}",
                due_date=(days[index + 3] + datetime.timedelta(days=30)).isoformat(), payment_term="NET30",
                reference=f"PO {5200 + index}", description=f"Invoice for {name.lower()}",
                origin={"document_type": "purchase_receipt", "number": f"PR-{101 + index:06}"},
                lines=[
                    line(
                        "2100", value + variance, item=item, site="100-WH1", description=name,
                        quantity=str(quantity), unit="EA", dimensions={"department": "PURCH"},
                        attributes={"item": item},
                    ),
                    line("5300", Decimal("35.00") + index, description="Freight in",
                    dimensions={"department": "LOGI"}),
                ],
            )  # fmt: skip


def _sales() -> Iterator[dict[str, Any]]:
    """Shipments (cost of goods sold against stock), then invoices with New York sales tax."""
    days = working_days()
    for index in range(16):
        item, (name, price, cost) = list(GOODS.items())[index % 4]
        customer = CUSTOMERS[index % 6]
        quantity = 2 + index % 7
        where = {"site": "100-WH1" if index % 3 else "100-WH2", "item": item}
        analysed = {"department": "SALES", "channel": CHANNELS[index % 4]}
        yield body(
            "sales_shipment", f"SH-{201 + index:06}", days[index + 1], customer=customer,
            description=f"Shipment to {customer}",
            lines=[
                line(
                    "5000", cost * quantity, side="debit", movement_type="stock_journal", description=name,
                    quantity=str(quantity), unit="EA", dimensions=analysed, **where,
                ),
                line(
                    "1210", cost * quantity, side="credit", movement_type="stock_journal", description=name, **where
                ),
            ],
        )  # fmt: skip
        net = price * quantity
        tax = (net * Decimal("0.08875")).quantize(CENT, ROUND_HALF_UP)
        project = {"project": "PRJ-1"} if index % 5 == 0 and customer == "CUST-01" else {}
        yield body(
            "sales_invoice", f"SI-{301 + index:06}", days[index + 2], customer=customer,
            due_date=(days[index + 2] + datetime.timedelta(days=30)).isoformat(), payment_term="NET30",
            reference=f"PO {4700 + index}", description=f"Delivery SH-{201 + index:06}",
            origin={"document_type": "sales_shipment", "number": f"SH-{201 + index:06}"},
            lines=[
                line(
                    "4000", net, amount_type="amount_excluding_tax", description=name, quantity=str(quantity),
                    unit="EA", dimensions=analysed, attributes=project,
                    tax={"detail": "US-NY-8.875", "amount": money(tax)}, **where,
                ),
                line("4100", Decimal("18.50"), description="Freight", dimensions=analysed),
            ],
        )  # fmt: skip


def _abroad() -> Iterator[dict[str, Any]]:
    """The British company in pounds with VAT, and an invoice in euros at a given rate."""
    days = working_days()
    for index in range(3):
        net = Decimal("1240.00") + 310 * index
        yield body(
            "sales_invoice", f"SI-2{1 + index:05}", days[5 + index], company="200", financial_site="200",
            currency="GBP",
            customer=CUSTOMERS[index], due_date=(days[5 + index] + datetime.timedelta(days=30)).isoformat(),
            payment_term="NET30", description="Valves, Leeds",
            lines=[
                line(
                    "4000", net, amount_type="amount_excluding_tax", site="200-WH1", item="ITEM-2",
                    description="Gate valve GV-80", dimensions={"department": "SALES", "channel": "WHOLESALE"},
                    tax={"detail": "GB-STD-OUT", "amount": money(net * Decimal("0.20"))},
                )
            ],
        )  # fmt: skip
    yield body(
        "sales_invoice", "SI-000350", days[12], currency="EUR", exchange_rate="1.0825", customer="CUST-06",
        due_date=days[20].isoformat(), payment_term="NET15", description="Export order",
        lines=[
            line(
                "4000", Decimal("2750.40"), item="ITEM-4", site="100-WH1", description="Submersible pump SP-12",
                dimensions={"department": "SALES", "channel": "EXPORT"},
            )
        ],
    )  # fmt: skip


def _failing() -> Iterator[DemoDocument]:
    """What only Intacct can refuse: accepted by the portal, then in error with its reason."""
    day = working_days()[15]
    due = (day + datetime.timedelta(days=30)).isoformat()
    sale = [line("4000", Decimal("412.50"), item="ITEM-1", dimensions={"department": "SALES", "channel": "WEB"})]
    office = [line("6000", Decimal("129.90"), description="Paper", dimensions={"department": "ADMIN"})]
    shipment = [
        line("5000", Decimal("58.75"), side="debit", movement_type="stock_journal", item="ITEM-2"),
        line("1210", Decimal("58.75"), side="credit", movement_type="stock_journal", item="ITEM-2"),
    ]
    yield DemoDocument(
        body("sales_invoice", "SI-000390", day, customer="CUST-11", due_date=due, lines=sale),
        State.ERROR,
        "The customer is on hold in Intacct.",
        "on hold",
    )
    yield DemoDocument(
        body("sales_invoice", "SI-000391", day, customer="CUST-99", due_date=due, lines=sale),
        State.ERROR,
        "Intacct does not know the customer.",
        "CUST-99",
    )
    yield DemoDocument(
        body("purchase_invoice", "PI-000490", day, supplier="SUPP-10", due_date=due, lines=office),
        State.ERROR,
        "The supplier is inactive in Intacct.",
        "SUPP-10",
    )
    yield DemoDocument(
        body(
            "purchase_invoice", "PI-000492", day, supplier="SUPP-02", due_date=due,
            lines=[line("6000", Decimal("185.00"), item="ITEM-99", dimensions={"department": "ADMIN"})],
        ),
        State.ERROR,
        "Intacct does not know the item.",
        "ITEM-99",
    )  # fmt: skip
    yield DemoDocument(
        body("sales_invoice", "SI-000392", day, customer="CUST-12", due_date=due, lines=sale),
        State.ERROR,
        "The customer is inactive in Intacct.",
        "CUST-12",
    )
    yield DemoDocument(
        body("sales_credit_note", "SC-000390", datetime.date(2025, 12, 29), customer="CUST-01", lines=sale),
        State.ERROR,
        "The accounting period of the credit note is closed.",
        "period is closed",
    )
    yield DemoDocument(
        body("sales_shipment", "SH-000290", datetime.date(2025, 12, 30), customer="CUST-03", lines=shipment),
        State.ERROR,
        "The accounting period is closed.",
        "period is closed",
    )
