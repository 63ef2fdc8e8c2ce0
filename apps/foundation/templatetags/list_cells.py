"""How a list's cells are labelled where a row is a card: in narrow windows the label stands beside the value."""

import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()

LABEL = re.compile(r'data-label="[^"]*"')
CHECKBOX = "action-select"


@register.simple_tag
def list_cell(cell: SafeString, headers: Sequence[dict[str, Any]], position: int) -> SafeString:
    """The theme's cell, with its column's words as label, in capitals only where they begin.

    The theme labels the first cell of a row that leads nowhere *Select record*, although nothing can be selected.
    """
    if CHECKBOX in cell or position >= len(headers):
        return cell
    label = escape(capfirst(str(headers[position]["text"])))
    return mark_safe(LABEL.sub(lambda _old: f'data-label="{label}"', cell, count=1))  # noqa: S308  escaped just above
