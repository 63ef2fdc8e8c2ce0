"""The tax of a document's lines: amounts taken apart and added up, so that nothing is lost to rounding.

A client's own tax amount stands as it is: the ERP may have adjusted it (dmo-facts 10). Without one, the tax is that of
the detail's rate, rounded half up once for all lines of the detail on one side, as a tax return adds them up; what the
lines' own rounding makes of it otherwise goes to the line with the largest amount, the first of equals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class TaxRate:
    """What is known of a tax detail. `rate` in percent; `pair`: the detail that a reverse charge books back with."""

    code: str
    rate: Decimal | None
    tax_type: str = ""
    solution: str = ""
    is_reverse_charge: bool = False
    pair: str = ""
    account: str = ""


@dataclass(frozen=True)
class TaxedLine:
    """A line's amount as it was given; `given`: the tax that the client gave, None where it is to be computed."""

    amount: Decimal
    detail: str
    given: Decimal | None
    is_inclusive: bool
    side: str


@dataclass(frozen=True)
class LineTax:
    """One tax of a line; negative for the second half of a reverse charge."""

    detail: str
    amount: Decimal


@dataclass(frozen=True)
class Taxed:
    """What a line's amount is taken apart into: what its account gets, and its taxes."""

    net: Decimal
    taxes: tuple[LineTax, ...]

    @property
    def total(self) -> Decimal:
        return self.net + sum((one.amount for one in self.taxes), Decimal(0))


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Half up, to so many decimals: how tax offices round."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def tax_in(amount: Decimal, rate: Decimal, *, is_inclusive: bool) -> Decimal:
    """The tax of an amount at a rate in percent, not rounded; of an inclusive amount the part that is tax."""
    return amount * rate / (HUNDRED + rate if is_inclusive else HUNDRED)


def taxed(lines: Sequence[TaxedLine], rates: Mapping[str, TaxRate], digits: int) -> list[Taxed]:
    """Each line's net amount and taxes, in the order given. `digits`: decimals of the currency, as Intacct keeps them.

    Every line's net and taxes are exactly its amount where that includes tax, and its amount is the net otherwise. A
    tax detail without a known rate needs the client's amount: the caller has seen to that.
    """
    amounts = [line.given for line in lines]
    for indexes in _to_compute(lines):
        first = lines[indexes[0]]
        rate = rates[first.detail].rate or Decimal(0)
        own = [rounded(tax_in(lines[index].amount, rate, is_inclusive=first.is_inclusive), digits) for index in indexes]
        base = sum((lines[index].amount for index in indexes), Decimal(0))
        total = rounded(tax_in(base, rate, is_inclusive=first.is_inclusive), digits)
        largest = max(range(len(indexes)), key=lambda at: (lines[indexes[at]].amount, -at))
        own[largest] += total - sum(own, Decimal(0))
        for index, amount in zip(indexes, own, strict=True):
            amounts[index] = amount
    return [_taken_apart(line, amount, rates) for line, amount in zip(lines, amounts, strict=True)]


def _to_compute(lines: Sequence[TaxedLine]) -> Iterable[list[int]]:
    """The lines without a tax amount that belong together: one detail, one side, all inclusive or none."""
    together: dict[tuple[str, str, bool], list[int]] = {}
    for index, line in enumerate(lines):
        if line.detail and line.given is None:
            together.setdefault((line.detail, line.side, line.is_inclusive), []).append(index)
    return together.values()


def _taken_apart(line: TaxedLine, tax: Decimal | None, rates: Mapping[str, TaxRate]) -> Taxed:
    if not line.detail or tax is None:
        return Taxed(line.amount, ())
    known = rates.get(line.detail)
    if known is not None and known.is_reverse_charge:
        # The supplier charges no tax: it is claimed and owed at once, and nobody is paid more or less for it.
        return Taxed(line.amount, (LineTax(line.detail, tax), LineTax(known.pair, -tax)))
    return Taxed(line.amount - tax if line.is_inclusive else line.amount, (LineTax(line.detail, tax),))
