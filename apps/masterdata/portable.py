"""The tax management of accounts in the file of the set-up: where it is another than *Other*."""

from apps.foundation.portable import Portable, register
from apps.masterdata.models import Account, TaxManagement


def _may_be_selected(row: Account, is_new: bool) -> str:
    if row.selects_tax_management:
        return ""
    return "Its legislation knows no other tax management than Other."


def declare() -> None:
    register(
        Portable(
            section="tax_management",
            label="Tax management of an account",
            order=75,
            model=Account,
            kind="account",
            natural_key=("number",),
            fields=("tax_management",),
            is_created=False,
            rule=_may_be_selected,
            chosen=lambda accounts: accounts.exclude(tax_management=TaxManagement.OTHER),
        )
    )
