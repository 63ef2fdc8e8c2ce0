"""A form field for a stored secret: never shown again; left empty, it stays as it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import SecretUnreadable

SECRETS = {"user_password": True, "sender_password": False}
"""Each secret field of a configuration, and whether it must be given."""


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


def unreadable_secrets(configuration: IntacctConfiguration) -> list[str]:
    """The names of the secrets that no encryption key opens."""
    return [name for name in SECRETS if not _is_readable(configuration, name)]


def _is_readable(configuration: IntacctConfiguration, name: str) -> bool:
    try:
        getattr(configuration, name)
    except SecretUnreadable:
        return False
    return True
