"""Addresses that mails go to, one a line: plain ones, so that nothing in them can become a header of its own."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.foundation.errors import Flaw
from apps.notifications.errors import MailRecipientsRefused

MOST = 20
LONGEST = 254
# Quoted local parts may hold control characters and line breaks by their grammar; nobody's mailbox needs them.
_NOT_PLAIN = re.compile(r"[^\x21-\x7e]|[\"',;:<>()\[\]\\]")


def addresses_in(text: str) -> list[str]:
    """The addresses of a text, one a line, blank lines left out.

    Raises `MailRecipientsRefused` where there is none, where there are too many, or where one is no plain address.
    """
    found: dict[str, str] = {}
    for line in text.replace("\r\n", "\n").split("\n"):
        address = line.strip(" \t")
        if address:
            _require_plain(address)
            found.setdefault(address.casefold(), address)
    if not found:
        raise _refused(_("No recipient is given."), _("Write at least one address."))
    if len(found) > MOST:
        numbers = {"number": len(found), "most": MOST}
        raise _refused(
            _("There are %(number)d recipients.") % numbers,
            _("Write %(most)d at most, or the address of a group.") % numbers,
        )
    return list(found.values())


def _require_plain(address: str) -> None:
    try:
        if len(address) > LONGEST or _NOT_PLAIN.search(address):
            raise ValidationError("")
        validate_email(address)
    except ValidationError as refusal:
        shown = re.sub(r"[^\x20-\x7e]", "?", address)[:80]
        raise _refused(
            _("“%(address)s” is no plain e-mail address.") % {"address": shown},
            _("Write one address a line, such as anna@example.com."),
        ) from refusal


def _refused(detail: str, next_step: str) -> MailRecipientsRefused:
    return MailRecipientsRefused(detail, flaws=[Flaw("/recipients", "invalid", detail)], next_step=next_step)
