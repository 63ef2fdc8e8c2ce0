"""Choosing the tax management of an account (guide, "Tax management on accounts")."""

from django.db import transaction

from apps.foundation.changes import record_change, snapshot
from apps.foundation.wording import in_english
from apps.masterdata.errors import TaxManagementFixed, UnknownTaxManagement
from apps.masterdata.models import Account, TaxManagement


@in_english
@transaction.atomic
def choose_tax_management(*, account: Account, tax_management: str, actor: str) -> bool:
    """Set an account's tax management. False: it was so already, nothing was written.

    Selectable for French and German charts as delivered; every other legislation has Other, fixed. Locks the account.
    Raises `TaxManagementFixed`, `UnknownTaxManagement`.
    """
    if tax_management not in TaxManagement.values:
        known = ", ".join(str(label) for label in TaxManagement.labels)
        raise UnknownTaxManagement(f"{tax_management!r} is no tax management.", next_step=f"Use one of: {known}.")
    stored = (
        Account.objects.select_for_update(of=("self",))
        .select_related("chart_of_accounts__legislation")
        .get(pk=account.pk)
    )
    if tax_management != TaxManagement.OTHER and not stored.selects_tax_management:
        raise _fixed(stored)
    before = snapshot(stored)
    stored.tax_management = tax_management
    stored.save(update_fields=["tax_management"])
    account.tax_management = tax_management
    return record_change(actor=actor, kind="account", row=stored, before=before, after=snapshot(stored))


def _fixed(account: Account) -> TaxManagementFixed:
    chart = account.chart_of_accounts
    if chart is None:
        return TaxManagementFixed(
            f"Account {account.number} belongs to no chart of accounts, so its tax management is Other.",
            next_step="Choose a chart on the Defaults tab of the configuration, then synchronise the accounts.",
        )
    return TaxManagementFixed(
        f"For {chart.legislation.name}, tax management is Other on every account.",
        next_step="Leave it. It can be selected where the legislation allows it, as France and Germany do.",
    )
