"""Which days of which company are to be compared."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.access.viewer import Viewer
from apps.foundation.errors import PortalError
from apps.organisation.models import Company
from apps.reconciliation.result import Period
from apps.reconciliation.services.runs import MOST_DAYS, require_period

NAMES = {"first": "from", "last": "to"}


class StartForm(forms.Form):
    first = forms.DateField(
        label=_("From"),
        help_text=_("Posting dates, both included."),
        widget=forms.DateInput(attrs={"type": "date", "class": "portal-input"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_("To"),
        widget=forms.DateInput(attrs={"type": "date", "class": "portal-input"}, format="%Y-%m-%d"),
    )
    company = forms.ModelChoiceField(
        label=_("Company"),
        queryset=Company.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("All companies"),
        help_text=_("With one company, what was made in Intacct itself is left out."),
        widget=forms.Select(attrs={"class": "portal-input"}),
    )

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data, initial=last_month())
        self.fields["last"].help_text = gettext("At most %d days.") % MOST_DAYS
        self.fields["company"].queryset = Company.objects.visible_to(viewer)  # type: ignore[attr-defined]

    def add_prefix(self, field_name: str) -> str:
        """`from` and `to` in the address: names that a Python class can't have."""
        return NAMES.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last"):
            try:
                require_period(self.period())
            except PortalError as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return cleaned

    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


def last_month() -> dict[str, datetime.date]:
    last = timezone.localdate().replace(day=1) - datetime.timedelta(days=1)
    return {"first": last.replace(day=1), "last": last}
