"""A long list in portions: for databases and gateways that take so many values at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def portions(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` values, the last one shorter; nothing of no values."""
    rest = iter(values)
    while portion := list(islice(rest, size)):
        yield portion
