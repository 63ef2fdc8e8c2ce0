"""Whether something may be posted on that day, and to that entity (protocol 5.2, 6.2)."""

import datetime
from typing import Any

from apps.sandbox.failures import FunctionFailed, refused
from apps.sandbox.ledger import posted_after
from apps.sandbox.values import read_date, show_date

LAST_DAY = datetime.date(2099, 12, 31)


def check_open(day_text: str, settings: dict[str, Any]) -> None:
    """The company's books. Raises `FunctionFailed`."""
    day = read_date("date", day_text)
    if not posted_after(day, settings["books_closed_until"]):
        raise _closed("The period is closed.", settings["books_closed_until"])
    if day > LAST_DAY:
        raise refused("BL03000018", f"The date {day_text} is beyond the last period.", "Use an earlier date.")


def check_entity(entity: str, day_text: str, settings: dict[str, Any]) -> None:
    """The books of one entity, and whether it takes postings at all. Raises `FunctionFailed`."""
    if entity in settings["locked_entities"]:
        text = f"Entity '{entity}' is locked. Nothing can be posted to its locations."
        raise refused("BL01001973", text, "Unlock the entity, then try again.")
    closed_until = settings["books_closed_until_by_entity"].get(entity)
    if closed_until and not posted_after(read_date("date", day_text), closed_until):
        raise _closed(f"The period is closed for entity '{entity}'.", closed_until)


def _closed(text: str, until: str) -> FunctionFailed:
    first = datetime.date.fromisoformat(until) + datetime.timedelta(days=1)
    return refused(
        "BL03000060",
        f"{text} Date must be on or after {show_date(first)}.",
        "Open the period, or use a date in an open one.",
        "GL-0951",
    )
