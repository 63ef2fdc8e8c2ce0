"""The attributes and dimensions of a document's lines: judged, and warned about, with what the catalogue read."""

from collections.abc import Iterator

from apps.dimensions.line_check import OF_SITES, AnalysedLine, LineFacts, line_flaws, line_warnings
from apps.foundation.errors import Flaw
from apps.organisation.models import Company
from apps.postings.document import DocumentInput, LineInput
from apps.postings.services.catalogue import Catalogue


def analysis_flaws(document: DocumentInput, company: Company, catalogue: Catalogue) -> Iterator[Flaw]:
    """What is wrong with the analysis of each line; nothing for a line whose site is not known."""
    entity = _entity(document, company, catalogue)
    for index, line in enumerate(document.lines):
        analysed = _analysed(document, line, catalogue, entity)
        if analysed is not None:
            yield from _site_flaws(line, company, catalogue, f"/lines/{index}")
            yield from line_flaws(analysed, catalogue.analysis, f"/lines/{index}")


def analysis_warnings(document: DocumentInput, catalogue: Catalogue) -> list[str]:
    """What is sent otherwise than somebody may expect; each sentence once."""
    lines = (_analysed(document, line, catalogue, "") for line in document.lines)
    words = (
        sentence
        for line in lines
        if line is not None
        for sentence in line_warnings(line, catalogue.analysis, document.posting_date)
    )
    return list(dict.fromkeys(words))


def _analysed(document: DocumentInput, line: LineInput, catalogue: Catalogue, entity: str) -> AnalysedLine | None:
    site = catalogue.sites.get(line.site or document.financial_site)
    if site is None:
        return None
    return AnalysedLine(
        company=document.company,
        account=catalogue.accounts.get(line.account),
        facts=LineFacts(site, line.item, document.customer, document.supplier),
        attributes=line.attributes,
        dimensions=line.dimensions,
        entity=entity,
    )


def _site_flaws(line: LineInput, company: Company, catalogue: Catalogue, at: str) -> Iterator[Flaw]:
    for code in OF_SITES:
        value = line.attributes.get(code)
        site = catalogue.sites.get(value) if value else None
        if value and (site is None or site.company_id != company.pk):
            yield Flaw(f"{at}/attributes/{code}", "unknown_attribute", f"Company {company.code} has no site {value!r}.")


def _entity(document: DocumentInput, company: Company, catalogue: Catalogue) -> str:
    """The entity in which it will be posted, where private values are in play; empty: at the top level all are seen."""
    rules = catalogue.analysis
    site = catalogue.sites.get(document.financial_site)
    private = [*(one.entity for one in rules.attributes.values()), *(one.entity for one in rules.dimensions.values())]
    if site is None or not any(private) or catalogue.is_at_top_level(company):
        return ""
    return site.entity_id
