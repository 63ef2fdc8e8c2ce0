"""What lines of documents are checked with: types, named values, and what companies require; read once for many."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from apps.dimensions.models import Attribute, AttributeType, CompanyRequirement, Dimension, DimensionType

FROM_THE_START = ("department", "channel")
"""Dimension types that every portal has."""

Named = tuple[str, str]
"""A type's code, and a value's key."""


@dataclass(frozen=True)
class AnalyticalTypes:
    """The types as they are now. What no row says is as delivered: active."""

    attributes: Mapping[str, AttributeType] = field(default_factory=dict)
    dimensions: Mapping[str, DimensionType] = field(default_factory=dict)

    def attribute_is_active(self, code: str) -> bool:
        known = self.attributes.get(code)
        return known is None or known.is_active

    def dimension_is_sent(self, code: str) -> bool:
        """Whether a line's value of this type goes with the document."""
        known = self.dimensions.get(code)
        return known.is_sent if known is not None else code in FROM_THE_START

    @property
    def own(self) -> tuple[tuple[str, str], ...]:
        """Types that the company linked and that are sent, by slot: code and Intacct object."""
        return tuple(
            (one.code, str(one.intacct_object)) for one in self.dimensions.values() if one.is_sent and one.is_own
        )


@dataclass(frozen=True)
class AnalyticalRules:
    """Types, the values that some lines name, and what is required besides what each account says.

    `judged_…`: types that have values here. Of another, nothing was ever synchronised: only Intacct can tell.
    """

    types: AnalyticalTypes
    attributes: Mapping[Named, Attribute]
    dimensions: Mapping[Named, Dimension]
    judged_attributes: frozenset[str]
    judged_dimensions: frozenset[str]
    required_attributes: Mapping[str, frozenset[str]]
    required_dimensions: Mapping[str, frozenset[str]]
    """By company."""


def analytical_types() -> AnalyticalTypes:
    """Two queries."""
    return AnalyticalTypes(
        {one.code: one for one in AttributeType.objects.all()}, {one.code: one for one in DimensionType.objects.all()}
    )


def analytical_rules(
    *, companies: Collection[str], attributes: Collection[Named], dimensions: Collection[Named]
) -> AnalyticalRules:
    """Five queries, however many lines name however many values; fewer where none is named."""
    attribute_types = AttributeType.objects.annotate(has_values=Exists(Attribute.objects.filter(type=OuterRef("pk"))))
    dimension_types = DimensionType.objects.annotate(has_values=Exists(Dimension.objects.filter(type=OuterRef("pk"))))
    types = AnalyticalTypes({one.code: one for one in attribute_types}, {one.code: one for one in dimension_types})
    required = CompanyRequirement.objects.filter(company__code__in=companies, is_required=True).order_by()
    rows = list(required.values_list("company__code", "attribute_type_id", "dimension_type_id"))
    return AnalyticalRules(
        types=types,
        attributes=_attributes(attributes),
        dimensions=_dimensions(dimensions),
        judged_attributes=frozenset(code for code, one in types.attributes.items() if _has_values(one)),
        judged_dimensions=frozenset(code for code, one in types.dimensions.items() if _has_values(one)),
        required_attributes=_by_company((company, code) for company, code, _dimension in rows if code),
        required_dimensions=_by_company((company, code) for company, _attribute, code in rows if code),
    )


def _has_values(type_: AttributeType | DimensionType) -> bool:
    return bool(type_.has_values)  # type: ignore[union-attr]  # annotated


def _attributes(named: Collection[Named]) -> dict[Named, Attribute]:
    if not named:
        return {}
    found = Attribute.objects.filter(type__in={type_ for type_, _key in named}, key__in={key for _type, key in named})
    return {(one.type_id, one.key): one for one in found.order_by()}


def _dimensions(named: Collection[Named]) -> dict[Named, Dimension]:
    if not named:
        return {}
    found = Dimension.objects.filter(type__in={type_ for type_, _key in named}, code__in={key for _type, key in named})
    return {(one.type_id, one.code): one for one in found.order_by()}


def _by_company(rows: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for company, code in rows:
        found.setdefault(company, set()).add(code)
    return {company: frozenset(codes) for company, codes in found.items()}
