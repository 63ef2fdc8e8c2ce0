"""Where a row comes from, as a badge: delivered, delivered and changed here, or custom."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from apps.foundation.delivered import DeliveredRow

DELIVERED = ({"tone": "default", "icon": "inventory_2"}, pgettext_lazy("with the portal", "Delivered"))
CHANGED = ({"tone": "warning", "icon": "edit"}, _("Delivered, changed here"))
CUSTOM = ({"tone": "info", "icon": "build"}, _("Custom"))


class ShowsOrigin:
    """Gives an admin page the column `origin`."""

    @display(description=_("origin"))
    def origin(self, row: DeliveredRow) -> Any:
        look, words = CHANGED if row.differs_from_delivered else DELIVERED if row.is_delivered else CUSTOM
        return render_to_string("components/state.html", {"look": look, "words": words})
