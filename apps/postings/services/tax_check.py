"""What is wrong with the tax details of a document's lines, as far as the portal knows them (guide, "Tax settings")."""

from collections.abc import Iterator, Mapping

from apps.foundation.errors import Flaw
from apps.postings.document import DocumentInput, LineInput
from apps.postings.document_types import AR_ADVANCE, TARGETS, AmountType, Flow, Part, part_of
from apps.postings.taxes import TaxRate

FITTING = {Flow.BUYING: "purchase", Flow.SELLING: "sale"}


def tax_flaws(document: DocumentInput, rates: Mapping[str, TaxRate]) -> Iterator[Flaw]:
    """Details of the wrong kind, without a rate, of several solutions; reverse charges without their second half.

    A detail that was not synchronised may still be one of Intacct's: with an amount of its own it is sent.
    """
    solutions: dict[str, str] = {}
    for index, line in enumerate(document.lines):
        at = f"/lines/{index}"
        if line.tax is None:
            if line.amount_type == AmountType.AMOUNT_INCLUDING_TAX:
                text = "The amount includes tax, but no tax detail says which."
                yield Flaw(f"{at}/tax", "tax_required", text)
            continue
        rate = rates.get(line.tax.detail)
        yield from _line_flaws(document, line, rate, at)
        if rate is not None and rate.solution:
            solutions.setdefault(rate.solution, at)
    if len(solutions) > 1:
        _first, (solution, at) = list(solutions.items())[:2]
        text = f"The details of one document belong to one tax solution; this one is of {solution}."
        yield Flaw(f"{at}/tax/detail", "several_tax_solutions", text)


def _line_flaws(document: DocumentInput, line: LineInput, rate: TaxRate | None, at: str) -> Iterator[Flaw]:
    assert line.tax is not None  # noqa: S101  the caller looked
    detail = line.tax.detail
    target = TARGETS[document.document_type]
    is_entry = target.is_entry or part_of(document.document_type, line.movement_type) == Part.JOURNAL_ENTRY
    if target.object_name == AR_ADVANCE:
        yield Flaw(f"{at}/tax", "no_tax_here", "A prepayment carries no tax: the invoice does.")
    if rate is None or rate.rate is None:
        if line.tax.amount is None:
            text = f"The rate of tax detail {detail} is not known here: give the amount, or synchronise tax details."
            yield Flaw(f"{at}/tax/detail", "unknown_tax_detail", text)
        return
    wanted = FITTING.get(target.flow, "")
    if rate.tax_type and wanted and rate.tax_type != wanted:
        text = f"Tax detail {detail} is for {rate.tax_type}s, not for {wanted}s."
        yield Flaw(f"{at}/tax/detail", "tax_detail_of_other_kind", text)
    if not rate.is_reverse_charge:
        return
    if rate.rate < 0:
        text = f"Name the positive half of the reverse charge: {rate.pair or 'the other one'}, not {detail}."
        yield Flaw(f"{at}/tax/detail", "reverse_charge_second_half", text)
    elif not rate.pair:
        text = (
            f"Tax detail {detail} is a reverse charge, and no single detail of its solution has the opposite rate, "
            "so that the tax can't be booked back."
        )
        yield Flaw(f"{at}/tax/detail", "reverse_charge_without_pair", text)
    elif is_entry:
        text = "A line of a journal entry has one tax detail in Intacct; a reverse charge needs two."
        yield Flaw(f"{at}/tax/detail", "reverse_charge_on_an_entry", text)
    elif line.amount_type == AmountType.AMOUNT_INCLUDING_TAX:
        text = "With a reverse charge nobody is charged tax: give the amount excluding tax."
        yield Flaw(f"{at}/amount_type", "reverse_charge_included", text)
