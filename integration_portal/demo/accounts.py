"""The demo company's posting classes: which of the sandbox's accounts its items, customers and suppliers go to."""

from apps.organisation.models import ChartOfAccounts
from apps.postings.models import ClassType, PostingClass, PostingClassAssignment, PostingClassDefinition

ACCOUNTS = {
    "STANDARD_ITEM": {
        "stock": "1210", "stock_variation": "5200", "stock_adjustment": "5200", "cost_of_goods_sold": "5000",
        "price_variance": "5100", "goods_in_transit": "1300", "expense": "6000", "sales_revenue": "4000",
        "landed_cost": "5300", "work_in_progress": "1220", "wip_variance": "5100",
    },
    "RAW_MATERIAL": {
        "stock": "1200", "stock_variation": "5200", "stock_adjustment": "5200", "price_variance": "5100",
        "expense": "5000", "work_in_progress": "1220", "landed_cost": "5300",
    },
    "STANDARD_SUPPLIER": {"goods_received_not_invoiced": "2100", "supplier_control": "2000"},
    "STANDARD_CUSTOMER": {"shipped_not_invoiced": "1300", "customer_control": "1100", "customer_advance": "2300"},
    "STANDARD_RESOURCE": {"labour_absorbed": "5200", "machine_absorbed": "5200", "tool_absorbed": "5200"},
    "STANDARD_TAX": {"tax": "2210", "non_deductible_tax": "6000", "reverse_charge_tax": "2210"},
    "STANDARD_COMPANY": {"not_absorbed": "5200"},
}  # fmt: skip
RAW_MATERIALS = ("RM-01", "RM-02", "RM-03")
CHARTS = ("US_DEFAULT", "GB_DEFAULT", "FR_PCG", "DE_SKR03")
REDUCED_RATE = {"FR-RED-OUT": "4010"}
"""Revenue at France's reduced rate has an account of its own: there the tax is a criterion."""


def load_posting_classes() -> None:
    """Give the classes their accounts in each chart. A class that has lines stays as it is."""
    own, _ = PostingClass.objects.get_or_create(
        code="RAW_MATERIAL", defaults={"name": "Raw materials", "class_type": ClassType.ITEM}
    )
    for code in RAW_MATERIALS:
        PostingClassAssignment.objects.get_or_create(
            class_type=ClassType.ITEM, key=code, defaults={"posting_class": own}
        )
    definitions = {(one.legislation_id, one.code): one for one in PostingClassDefinition.objects.all()}
    charts = list(ChartOfAccounts.objects.filter(code__in=CHARTS))
    for posting_class in PostingClass.objects.filter(code__in=ACCOUNTS, lines=None):
        for chart in charts:
            for code, account in ACCOUNTS[posting_class.code].items():
                definition = definitions.get((chart.legislation_id, code)) or definitions[None, code]
                line = posting_class.lines.create(chart_of_accounts=chart, definition=definition, account=account)
                if (posting_class.code, code, chart.code) == ("STANDARD_ITEM", "sales_revenue", "FR_PCG"):
                    for detail, other in REDUCED_RATE.items():
                        line.taxes.create(tax_detail=detail, account=other)
