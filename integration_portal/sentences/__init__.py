"""English sentences that services store or refuse with, as msgids: translated where they are shown (decision 0034)."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules


def all_sentences() -> Iterator[str]:
    """Of every app."""
    for module in iter_modules(__path__, f"{__name__}."):
        yield from import_module(module.name).SENTENCES
