"""What a line is analysed by, and whether it may be: reads nothing, so preview, submit and tests judge the same."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.dimensions.models import Attribute, AttributeCode, Dimension
from apps.dimensions.models.attribute import key_of_attribute
from apps.dimensions.rules import FROM_THE_START, AnalyticalRules, AnalyticalTypes
from apps.foundation.errors import Flaw
from apps.masterdata.models import Account
from apps.organisation.models import Site

OF_INTACCT = (AttributeCode.PROJECT, AttributeCode.EMPLOYEE, AttributeCode.TASK)
"""Chosen by a person; their values come from Sage Intacct. All others fill themselves (dmo-facts 4.8)."""

ACTIVATE = " Its type is not active: activate it first."

OF_SITES = (
    AttributeCode.BUSINESS_SITE, AttributeCode.FINANCIAL_SITE, AttributeCode.MANUFACTURING_SITE,
    AttributeCode.STOCK_SITE,
)  # fmt: skip


@dataclass(frozen=True)
class LineFacts:
    """What of a line and its document attributes fill themselves from."""

    site: Site
    item: str = ""
    customer: str = ""
    supplier: str = ""


@dataclass(frozen=True)
class AnalysedLine:
    """A line as it is judged. `entity`: whose private values it may name; empty: everybody's."""

    company: str
    account: Account | None
    facts: LineFacts
    attributes: Mapping[str, str]
    dimensions: Mapping[str, str]
    entity: str = ""


def filled(given: Mapping[str, str], facts: LineFacts, types: AnalyticalTypes) -> dict[str, str]:
    """The attributes of a line: what is given, the rest from the line itself; active types only.

    Guide: "Attributes are always present if active". The site is a stock or manufacturing site where it is one.
    """
    site = facts.site
    own = {
        AttributeCode.BUSINESS_SITE: site.code,
        AttributeCode.FINANCIAL_SITE: site.entity_id,
        AttributeCode.STOCK_SITE: site.code if site.is_stock else "",
        AttributeCode.MANUFACTURING_SITE: site.code if site.is_manufacturing else "",
        AttributeCode.ITEM: facts.item,
        AttributeCode.CUSTOMER: facts.customer,
        AttributeCode.SUPPLIER: facts.supplier,
    }
    every = {**{code.value: value for code, value in own.items()}, **given}
    return {code: value for code, value in every.items() if value and types.attribute_is_active(code)}


def sent_dimensions(given: Mapping[str, str], types: AnalyticalTypes) -> dict[str, str]:
    """The dimensions of a line that go with it: those of types that are sent."""
    return {code: value for code, value in given.items() if value and types.dimension_is_sent(code)}


def line_flaws(line: AnalysedLine, rules: AnalyticalRules, at: str) -> Iterator[Flaw]:
    """Everything that is wrong with a line's attributes and dimensions; `at` is the line's pointer."""
    for code, value in line.attributes.items():
        yield from _attribute_flaws(code, value, line, rules, f"{at}/attributes/{code}")
    for code, value in line.dimensions.items():
        yield from _dimension_flaws(code, value, line, rules, f"{at}/dimensions/{code}")
    yield from _missing(line, rules, at)


def _attribute_flaws(code: str, value: str, line: AnalysedLine, rules: AnalyticalRules, at: str) -> Iterator[Flaw]:
    if code not in AttributeCode.values:
        known = ", ".join(AttributeCode.values)
        yield Flaw(at, "unknown_attribute", f"{code!r} is no attribute type. Known: {known}.")
        return
    label = AttributeCode(code).label
    if not rules.types.attribute_is_active(code):
        yield Flaw(
            at, "attribute_type_inactive", f"The attribute type {label} is not active: leave it out, or activate it."
        )
        return
    project = line.attributes.get(AttributeCode.PROJECT, "")
    if code == AttributeCode.TASK and not project:
        yield Flaw(at, "task_needs_project", f"Task {value!r} is one of a project: name its project too.")
    elif code in rules.judged_attributes:
        found = rules.attributes.get((code, key_of_attribute(code, value, project)))
        of_project = f" of project {project!r}" if code == AttributeCode.TASK else ""
        yield from _value_flaws(found, f"{label} {value!r}{of_project}", "attribute", line.entity, at)


def _dimension_flaws(code: str, value: str, line: AnalysedLine, rules: AnalyticalRules, at: str) -> Iterator[Flaw]:
    known = rules.types.dimensions.get(code)
    if known is None and code not in FROM_THE_START:
        names = ", ".join(dict.fromkeys((*FROM_THE_START, *rules.types.dimensions)))
        yield Flaw(at, "unknown_dimension", f"{code!r} is no dimension type. Known: {names}.")
    elif known is not None and not known.is_active:
        yield Flaw(
            at, "dimension_type_inactive", f"The dimension type {known} is not active: leave it out, or activate it."
        )
    elif code in rules.judged_dimensions:
        found = rules.dimensions.get((code, value))
        yield from _value_flaws(found, f"{known} {value!r}", "dimension", line.entity, at)


def _value_flaws(found: Attribute | Dimension | None, name: str, kind: str, entity: str, at: str) -> Iterator[Flaw]:
    if found is None:
        yield Flaw(
            at, f"unknown_{kind}", f"{name} is not known. It comes from Sage Intacct: synchronise it if it is new."
        )
    elif not found.is_active:
        yield Flaw(at, f"{kind}_inactive", f"{name} is inactive in Sage Intacct, or no longer there.")
    elif entity and found.entity not in ("", entity):
        yield Flaw(
            at,
            f"{kind}_of_other_entity",
            f"{name} is private to entity {found.entity}; this document is posted in entity {entity}.",
        )


def _missing(line: AnalysedLine, rules: AnalyticalRules, at: str) -> Iterator[Flaw]:
    """Required by the account or by the company, and not there. The location always is: the entity of the site."""
    account, types = line.account, rules.types
    flags = set(account.required_flags) if account is not None else set()
    own = set(account.required_dimensions) if account is not None else set()
    by_account = flags & set(FROM_THE_START) | own
    for code in sorted(by_account | rules.required_dimensions.get(line.company, frozenset())):
        known = types.dimensions.get(code)
        if not line.dimensions.get(code):
            name = (known.name if known is not None else code).lower()
            off = "" if known is None or known.is_active else ACTIVATE
            words = f"{_who(line, code in by_account)} requires the {name}.{off}"
            yield Flaw(f"{at}/dimensions/{code}", "dimension_required", words)
    present = filled(line.attributes, line.facts, types)
    by_account = flags & set(AttributeCode.values)
    for code in sorted(by_account | rules.required_attributes.get(line.company, frozenset())):
        if not present.get(code) and not line.attributes.get(code):
            off = "" if types.attribute_is_active(code) else ACTIVATE
            words = f"{_who(line, code in by_account)} requires the {AttributeCode(code).label.lower()}.{off}"
            yield Flaw(f"{at}/attributes/{code}", "attribute_required", words)


def _who(line: AnalysedLine, by_account: bool) -> str:
    if by_account and line.account is not None:
        return f"Account {line.account.number}"
    return f"Company {line.company}"


def line_warnings(line: AnalysedLine, rules: AnalyticalRules, day: datetime.date) -> Iterator[str]:
    """What is not wrong, but worth knowing before it is sent: values that are left out, dates that have passed."""
    for code in line.dimensions:
        known = rules.types.dimensions.get(code)
        if known is not None and known.is_active and not known.is_sent:
            why = "it has no document property" if known.slot is None else "it is linked to no Intacct dimension"
            yield f"{known} is not sent: {why}."
    for code, value in line.attributes.items():
        project = line.attributes.get(AttributeCode.PROJECT, "")
        found = rules.attributes.get((code, key_of_attribute(code, value, project)))
        if found is not None and not found.holds_on(day):
            yield f"{AttributeCode(code).label} {value} is dated {found.dates}, the document {day}."
