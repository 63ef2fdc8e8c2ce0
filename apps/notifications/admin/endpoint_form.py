"""What a person fills in about a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.foundation.errors import PortalError
from apps.foundation.wording import translated
from apps.notifications.event_kinds import EventKind
from apps.notifications.models import WebhookEndpoint
from apps.notifications.services.endpoints import EndpointInput, check
from apps.organisation.models import Company


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """Checked by the same rules as the service has, so that a refusal stands at its field."""

    companies = forms.ModelMultipleChoiceField(
        Company.objects.order_by("code"),
        label=_("Companies"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Nothing is told of any other company's postings."),
    )
    event_kinds = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EventKind.choices,
        initial=EventKind.values,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "all_companies", "companies", "event_kinds")
        widgets = {
            "name": UnfoldAdminTextInputWidget,
            "url": UnfoldAdminTextInputWidget,
            "all_companies": UnfoldBooleanSwitchWidget,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "url" not in cleaned:
            return cleaned
        try:
            check(self.wanted())
        except PortalError as refusal:
            place = refusal.flaws[0].pointer.strip("/") if refusal.flaws else "url"
            self.add_error(place, translated(str(refusal)))
        return cleaned

    def wanted(self) -> EndpointInput:
        given = self.cleaned_data
        return EndpointInput(
            name=given.get("name", ""),
            url=given["url"],
            event_kinds=given.get("event_kinds", []),
            all_companies=given.get("all_companies", False),
            companies=list(given.get("companies", [])),
        )
