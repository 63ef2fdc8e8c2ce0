"""Which chart of accounts an account from Sage Intacct belongs to."""

from collections.abc import Iterable

from apps.masterdata.models import Account
from apps.organisation.models import ChartOfAccounts


def put_into_chart(*, numbers: Iterable[str], chart: ChartOfAccounts | None) -> int:
    """Put accounts that have no chart yet into the configuration's (guide, "Configure the integration", Defaults tab).

    An account that has one keeps it: a later default is for new accounts. Answers how many were put.
    """
    if chart is None:
        return 0
    return Account.objects.filter(number__in=list(numbers), chart_of_accounts__isnull=True).update(
        chart_of_accounts=chart
    )
