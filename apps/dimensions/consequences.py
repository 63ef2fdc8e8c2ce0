"""What deactivating a type means, told by the apps above: each registers a teller in its `AppConfig.ready`."""

from collections.abc import Callable

from apps.dimensions.models import AttributeType, DimensionType

AnyType = AttributeType | DimensionType
Teller = Callable[[AnyType], list[str]]
"""Answers with sentences as things are now; an empty list: it means nothing here."""

_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have `teller` asked before a type is deactivated. Twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def of_deactivating(type_: AnyType) -> list[str]:
    """Everything that it means now, in the order of the layers."""
    return [words for teller in _tellers for words in teller(type_)]
