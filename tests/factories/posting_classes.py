"""Posting classes whose accounts are those of the fixture `company`."""

import factory

from apps.organisation.models import ChartOfAccounts, Company
from apps.postings.models import PostingClass, PostingClassAssignment, PostingClassLine
from apps.postings.models.journal_entry_type import definitions_of

STANDARD = {
    "STANDARD_ITEM": {
        "stock": "1210", "stock_variation": "5100", "cost_of_goods_sold": "5000", "expense": "6000",
        "sales_revenue": "4000", "price_variance": "5100",
    },
    "STANDARD_SUPPLIER": {"goods_received_not_invoiced": "2100"},
    "STANDARD_CUSTOMER": {"shipped_not_invoiced": "1200"},
    "STANDARD_COMPANY": {"not_absorbed": "6300"},
    "STANDARD_TAX": {"tax": "2200"},
    "STANDARD_RESOURCE": {"labour_absorbed": "6300"},
}  # fmt: skip


class PostingClassFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PostingClass
        django_get_or_create = ("code",)

    code = "RAW"
    name = "Raw materials"
    class_type = "item"


class PostingClassAssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PostingClassAssignment
        django_get_or_create = ("class_type", "key")

    class_type = "item"
    key = "RM-01"
    posting_class = factory.SubFactory(PostingClassFactory)


def chart_of(company: Company) -> ChartOfAccounts:
    """The company's chart; made where it has none."""
    if company.chart_of_accounts is None:
        code = f"{company.legislation.code}_CHART"
        company.chart_of_accounts, _ = ChartOfAccounts.objects.get_or_create(
            code=code, defaults={"name": code, "legislation": company.legislation}
        )
        company.save()
    return company.chart_of_accounts


def give_account(company: Company, posting_class: str, account_type: str, account: str) -> PostingClassLine:
    """One line of a posting class, in the company's chart."""
    line, _ = PostingClassLine.objects.update_or_create(
        posting_class=PostingClass.objects.get(code=posting_class),
        chart_of_accounts=chart_of(company),
        definition=definitions_of(company.legislation_id)[account_type],
        defaults={"account": account},
    )
    return line


def give_accounts(company: Company) -> None:
    """The delivered default classes with accounts for every line that the tests' documents have."""
    for posting_class, accounts in STANDARD.items():
        for account_type, account in accounts.items():
            give_account(company, posting_class, account_type, account)
