"""Turning an option on and off: the warning before, the answer, and both in the history."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.options.consequences import Consequence, of_turning_off
from apps.options.errors import NeedsConfirmation, UnknownOption
from apps.options.models import Option


def option_of(code: str) -> Option:
    """The option. Raises `UnknownOption`."""
    option = Option.objects.filter(code=code).first()
    if option is None:
        raise UnknownOption(f"There is no option {code!r}.", next_step="Run manage.py load_delivered_data.")
    return option


@in_english
@transaction.atomic
def switch(*, code: str, on: bool, actor: str, confirmed: Sequence[str] | None = None) -> bool:
    """Turn an option on or off. False: it was so already, nothing was written.

    Turning off with consequences needs `confirmed`: the words that the person was shown. Were they none, or are they
    others by now, `NeedsConfirmation` carries today's (guide, "Activate Sage Intacct integration"). Nothing that is
    waiting is touched: whoever works asks the switch.
    """
    option = option_of(code)
    consequences = () if on else of_turning_off(option.code)
    words = [str(one) for one in consequences]
    if words and option.is_active and list(confirmed or ()) != words:
        raise NeedsConfirmation(
            f"Turning {option.name} off has consequences.",
            next_step="Read them, then confirm.",
            consequences=consequences,
        )
    if not Option.objects.filter(pk=option.pk, is_active=not on).update(is_active=on):
        return False
    detail = {"warning": words, "answer": "yes"} if words else {}
    audit.record(_event(option, "option_turned_on" if on else "option_turned_off", actor, detail))
    return True


@in_english
@transaction.atomic
def warned(*, code: str, actor: str, consequences: Sequence[Consequence]) -> None:
    """Write down that somebody was shown the warning."""
    words = [str(one) for one in consequences]
    audit.record(_event(option_of(code), "option_warning_shown", actor, {"warning": words}))


@in_english
@transaction.atomic
def declined(*, code: str, actor: str) -> bool:
    """Write down that somebody read the warning and left the option on. False: there was nothing to decline.

    The warning is today's, worked out here: what a browser sends is never written into the history.
    """
    option = option_of(code)
    words = [str(one) for one in of_turning_off(option.code)]
    if not option.is_active or not words:
        return False
    audit.record(_event(option, "option_left_on", actor, {"warning": words, "answer": "no"}))
    return True


def _event(option: Option, action: str, actor: str, detail: Mapping[str, object]) -> audit.Event:
    return audit.Event(
        actor=actor,
        action=action,
        subject_type="option",
        subject_id=option.code,
        subject_label=option.name,
        detail=detail,
    )
