"""The option switches in the file of the set-up: told, never moved."""

from apps.foundation.portable import Portable, register
from apps.options.models import Option
from apps.options.selectors import PATH


def _is_moved_by_a_person(row: Option, is_new: bool) -> str:
    """Turning it on sends documents, turning it off has consequences that somebody must have read."""
    there = "on" if row.is_active else "off"
    return f"It is {there} in the file. An import moves no switch: do so under {PATH}."


def declare() -> None:
    register(
        Portable(
            section="options",
            label="Option",
            order=5,
            model=Option,
            kind="option",
            natural_key=("code",),
            fields=("is_active",),
            is_created=False,
            rule=_is_moved_by_a_person,
        )
    )
