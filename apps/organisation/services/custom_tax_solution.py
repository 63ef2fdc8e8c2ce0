"""Setting up a custom tax solution for a legislation that is not delivered (guide, "Tax settings")."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction

from apps.foundation.changes import record_change, snapshot
from apps.foundation.errors import Flaw
from apps.foundation.wording import in_english
from apps.organisation.errors import CustomTaxSolutionRefused
from apps.organisation.models import ChartOfAccounts, Legislation, TaxCategory, TaxSolution, TaxSolutionLine


@dataclass(frozen=True)
class NewLegislation:
    code: str
    name: str
    country: str
    currency: str


@dataclass(frozen=True)
class NewChart:
    code: str
    name: str


@dataclass(frozen=True)
class ChosenCategory:
    """A tax category of the solution. With a name it is new, else one that is there."""

    code: str
    name: str = ""
    is_mandatory: bool = True


@dataclass(frozen=True)
class CustomTaxSolution:
    """The whole description. `chart` None: the legislation has one already."""

    legislation: Legislation | NewLegislation
    chart: NewChart | None
    code: str
    name: str
    categories: Sequence[ChosenCategory]
    description: str = ""
    intacct_tax_solution: str = ""


@in_english
@transaction.atomic
def set_up_custom_tax_solution(*, described: CustomTaxSolution, actor: str) -> TaxSolution:
    """Create legislation, chart of accounts, tax categories and tax solution together, or nothing of them.

    Each row that is created has its entry in the audit trail. Raises `CustomTaxSolutionRefused` with every flaw.
    """
    build = _Build(actor)
    legislation = build.legislation(described.legislation)
    build.chart(described.chart, legislation)
    categories = build.categories(described.categories)
    solution = TaxSolution(
        code=described.code,
        name=described.name,
        description=described.description,
        country=legislation.country,
        legislation=legislation,
        intacct_tax_solution=described.intacct_tax_solution,
    )
    build.save(solution, "solution", leaving_out=("country", "legislation"))
    if build.flaws:
        raise CustomTaxSolutionRefused(
            "The custom tax solution was not set up.",
            flaws=build.flaws,
            next_step="Correct what is marked, then set it up again. Nothing was stored.",
        )
    TaxSolutionLine.objects.bulk_create(
        TaxSolutionLine(solution=solution, category=category, order=order, is_mandatory=mandatory)
        for order, (category, mandatory) in enumerate(categories, start=1)
    )
    build.record(solution, "tax_solution", {"tax categories": solution.categories_in_words})
    return solution


class _Build:
    """Creates row after row and collects what is wrong with any of them."""

    def __init__(self, actor: str) -> None:
        self.actor = actor
        self.flaws: list[Flaw] = []

    def legislation(self, wanted: Legislation | NewLegislation) -> Legislation:
        if isinstance(wanted, Legislation):
            return wanted
        made = Legislation(code=wanted.code, name=wanted.name, country=wanted.country, currency=wanted.currency)
        if self.save(made, "legislation"):
            self.record(made, "legislation")
        return made

    def chart(self, wanted: NewChart | None, legislation: Legislation) -> None:
        charts = ChartOfAccounts.objects.filter(legislation_id=legislation.pk)
        if wanted is None:
            if not charts.exists():
                self.flaw("/chart/code", "required", "The legislation has no chart of accounts yet. Enter one.")
            return
        first = not charts.filter(is_default=True).exists()
        made = ChartOfAccounts(code=wanted.code, name=wanted.name, legislation=legislation, is_default=first)
        if self.save(made, "chart", leaving_out=("legislation",)):
            self.record(made, "chart_of_accounts")

    def categories(self, wanted: Sequence[ChosenCategory]) -> list[tuple[TaxCategory, bool]]:
        if not wanted:
            self.flaw("/categories", "required", "Choose or enter at least one tax category.")
        there = {one.code: one for one in TaxCategory.objects.filter(code__in=[one.code for one in wanted])}
        chosen: list[tuple[TaxCategory, bool]] = []
        for index, one in enumerate(wanted):
            part = f"categories/{index}"
            if one.code in [category.code for category, _mandatory in chosen]:
                self.flaw(f"/{part}/code", "twice", f"The tax category {one.code} stands here twice.")
                continue
            category = there.get(one.code)
            if category is None or one.name:
                category = TaxCategory(code=one.code, name=one.name)
                if self.save(category, part):
                    self.record(category, "tax_category")
            chosen.append((category, one.is_mandatory))
        return chosen

    def save(self, row: models.Model, part: str, leaving_out: Sequence[str] = ()) -> bool:
        """Store a row if it and everything before it is as it must be."""
        try:
            row.full_clean(exclude=set(leaving_out))
        except ValidationError as refused:
            for name, words in refused.message_dict.items():
                self.flaw(f"/{part}/{name}", "invalid", " ".join(words))
        if self.flaws:
            return False
        row.save()
        return True

    def record(self, row: models.Model, kind: str, more: dict[str, str] | None = None) -> None:
        record_change(actor=self.actor, kind=kind, row=row, before=None, after={**snapshot(row), **(more or {})})

    def flaw(self, pointer: str, code: str, detail: str) -> None:
        self.flaws.append(Flaw(pointer, code, detail))
