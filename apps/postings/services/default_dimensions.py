"""A document with the default dimensions of what it names: the company's, a site's, an item's, a customer's …"""

import dataclasses
from collections.abc import Iterable

from apps.dimensions.defaults import Defaults, Given, defaults_of
from apps.dimensions.models import DefaultOf
from apps.postings.document import DocumentInput, LineInput


@dataclasses.dataclass(frozen=True)
class FilledIn:
    """The document as it is checked and posted, and for each line what it got that it did not name."""

    document: DocumentInput
    given: tuple[tuple[Given, ...], ...]


def read_defaults(documents: Iterable[DocumentInput]) -> Defaults:
    """The defaults that may concern these documents. One query."""
    wanted: dict[DefaultOf, set[str]] = {of: set() for of in DefaultOf}
    for document in documents:
        for line in document.lines:
            for of, key in _keys(document, line).items():
                wanted[of].add(key)
    return defaults_of(wanted)


def fill_in(document: DocumentInput, defaults: Defaults) -> FilledIn:
    """Give each line what it does not name. What a client names always stays, also where it is wrong."""
    if not defaults:
        return FilledIn(document, ((),) * len(document.lines))
    lines, given = [], []
    for line in document.lines:
        offered = defaults.of_line(_keys(document, line))
        taken = tuple(one for one in offered if _is_missing(line, one) and _fits(line, one, offered))
        lines.append(
            dataclasses.replace(
                line,
                dimensions={**line.dimensions, **{one.type: one.value for one in taken if not one.is_attribute}},
                attributes={**line.attributes, **{one.type: one.value for one in taken if one.is_attribute}},
            )
        )
        given.append(taken)
    return FilledIn(dataclasses.replace(document, lines=tuple(lines)), tuple(given))


def _keys(document: DocumentInput, line: LineInput) -> dict[DefaultOf, str]:
    return {
        DefaultOf.ITEM: line.item or line.attributes.get("item") or "",
        DefaultOf.CUSTOMER: line.attributes.get("customer") or document.customer,
        DefaultOf.SUPPLIER: line.attributes.get("supplier") or document.supplier,
        DefaultOf.SITE: line.site or document.financial_site,
        DefaultOf.COMPANY: document.company,
    }


def _is_missing(line: LineInput, one: Given) -> bool:
    return not (line.attributes if one.is_attribute else line.dimensions).get(one.type)


def _fits(line: LineInput, one: Given, offered: Iterable[Given]) -> bool:
    """A task belongs to its project: it comes only together with the project of the same default (dmo-facts 4.8)."""
    if not one.is_attribute or one.type != "task":
        return True
    if line.attributes.get("project"):
        return False
    return any(other.type == "project" and other.is_attribute and other.origin == one.origin for other in offered)
