"""A form field for a stored secret: never shown again; left empty, it stays as it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget


class KeptSecretField(forms.CharField):
    def __init__(
        self, *, stored: bool, readable: bool = True, label: Any, help_text: Any = "", required: bool = True
    ) -> None:
        if not readable:
            help_text = _("Stored under another encryption key. Enter it again.")
        elif stored:
            help_text = _("Stored, and not shown again. Leave empty to keep it.")
        super().__init__(
            label=label,
            required=not readable or (required and not stored),
            strip=False,
            widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "new-password"}),
            help_text=help_text,
        )
