"""What a line gets that it does not name itself: the nearest default wins, and it is known where it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from apps.dimensions.models import DefaultDimension, DefaultOf

Keys = Mapping[DefaultOf, str]
"""The records that a line belongs to, by kind: its item, customer, supplier, site and company."""


@dataclass(frozen=True)
class Given:
    """A value that came from a default. `is_attribute`: of an attribute type, otherwise of a dimension type."""

    type: str
    value: str
    of: DefaultOf
    key: str
    is_attribute: bool = False

    @property
    def origin(self) -> str:
        """In words: `item ITEM-1`."""
        return f"{self.of.label.lower()} {self.key}"


class Defaults:
    """The defaults of some records, read once for many lines."""

    def __init__(self, rows: Iterable[DefaultDimension]) -> None:
        self._given: dict[tuple[str, str], list[Given]] = {}
        for row in rows:
            is_attribute = row.attribute_type_id is not None
            code = row.attribute_type_id if is_attribute else row.dimension_type_id
            one = Given(str(code), row.value, DefaultOf(row.source), row.key, is_attribute)
            self._given.setdefault((row.source, row.key), []).append(one)

    def __bool__(self) -> bool:
        return bool(self._given)

    def of_line(self, keys: Keys) -> tuple[Given, ...]:
        """One value for each type that has a default: item, then customer, supplier, site, company."""
        found: dict[tuple[bool, str], Given] = {}
        for of in DefaultOf:
            for one in self._given.get((of.value, keys.get(of, "")), ()):
                found.setdefault((one.is_attribute, one.type), one)
        return tuple(found.values())


def defaults_of(keys: Mapping[DefaultOf, Iterable[str]]) -> Defaults:
    """The defaults of these records, of active types. One query, however many lines."""
    wanted = Q(pk__in=[])
    for of, some in keys.items():
        wanted |= Q(source=of, key__in={key for key in some if key})
    active = Q(dimension_type__is_active=True) | Q(attribute_type__is_active=True)
    return Defaults(DefaultDimension.objects.filter(wanted, active).order_by("id"))
