"""What is delivered of the organisation: legislations, their charts of accounts and their taxes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.foundation.delivered import LoadReport, load, read_rows
from apps.organisation.models import ChartOfAccounts, Legislation, TaxCategory, TaxSolution

DELIVERED = Path(__file__).resolve().parent.parent / "delivered"


def load_legislations() -> LoadReport:
    """Create or refresh the delivered legislations; an admin's changes stay."""
    return load(Legislation, read_rows(DELIVERED / "legislations.yaml"), key=("code",))


def load_charts_of_accounts() -> LoadReport:
    """Create or refresh the delivered charts. A legislation whose default an admin chose keeps it."""
    chosen = dict(ChartOfAccounts.objects.filter(is_default=True).values_list("legislation_id", "code"))

    def rows() -> Iterator[dict[str, Any]]:
        for row in _of_legislations("charts_of_accounts.yaml"):
            taken = chosen.get(row["legislation_id"], row["code"]) != row["code"]
            yield {**row, "is_default": row["is_default"] and not taken}

    return load(ChartOfAccounts, rows(), key=("code",))


def load_tax_categories() -> LoadReport:
    """Create or refresh the delivered tax categories; an admin's changes stay."""
    return load(TaxCategory, read_rows(DELIVERED / "tax_categories.yaml"), key=("code",))


def load_tax_solutions() -> LoadReport:
    """Create or refresh the delivered tax solutions with their lines; an admin's changes stay, to a line too."""
    rows = ({**row, "lines": [tuple(line) for line in row["lines"]]} for row in _of_legislations("tax_solutions.yaml"))
    return load(TaxSolution, rows, key=("code",))


def load_organisation() -> dict[str, LoadReport]:
    """Everything of the above, in the order in which one needs the other."""
    return {
        "legislations": load_legislations(),
        "charts of accounts": load_charts_of_accounts(),
        "tax categories": load_tax_categories(),
        "tax solutions": load_tax_solutions(),
    }


def _of_legislations(file: str) -> Iterator[dict[str, Any]]:
    """Rows that name their legislation by its code, with its primary key instead."""
    keys = dict(Legislation.objects.values_list("code", "pk"))
    for row in read_rows(DELIVERED / file):
        legislation = row.pop("legislation")
        yield {**row, "legislation_id": keys[legislation]}
