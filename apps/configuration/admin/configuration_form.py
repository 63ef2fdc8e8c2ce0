"""The configuration's form: the page's fields, with secrets that are written but never read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from apps.configuration.admin.secret_field import KeptSecretField
from apps.configuration.gateway import allowed_hosts
from apps.configuration.level_change import not_posted, warning
from apps.configuration.models import IntacctConfiguration
from apps.configuration.secrets import SECRETS, unreadable_secrets
from apps.foundation.wording import translated
from apps.intacct import EndpointNotAllowed, check_endpoint


class ConfigurationForm(forms.ModelForm):
    level_change_confirmed = forms.BooleanField(
        label=_("Change the level although documents are waiting"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("What is waiting keeps the level it was accepted with. Only future postings follow the change."),
    )

    class Meta:
        model = IntacctConfiguration
        exclude = ()  # noqa: DJ006  the admin's fieldsets name the fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance: IntacctConfiguration | None = kwargs.get("instance")
        unreadable = unreadable_secrets(instance) if instance is not None else []
        for name in unreadable:
            setattr(instance, name, "")  # as if it were not there: it has to be entered again
        super().__init__(*args, **kwargs)
        for name, required in SECRETS.items():
            if name in self.fields:
                given = self.fields[name]
                self.fields[name] = KeptSecretField(
                    stored=bool(getattr(self.instance, name)),
                    readable=name not in unreadable,
                    label=given.label,
                    help_text=given.help_text,
                    required=required,
                )
                self.initial.pop(name, None)

    def clean_endpoint_url(self) -> str:
        """Passwords go to this address: it must be Intacct's (or the sandbox's, where there is one)."""
        url: str = self.cleaned_data["endpoint_url"]
        try:
            check_endpoint(url, allowed_hosts(url))
        except EndpointNotAllowed as refusal:
            raise forms.ValidationError(
                translated(f"{refusal} {refusal.next_step}"), code="endpoint_not_allowed"
            ) from None
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_level(cleaned)
        for name in SECRETS:
            if name in self.fields and not cleaned.get(name):
                cleaned[name] = getattr(self.instance, name)
        return cleaned

    def _check_level(self, cleaned: dict[str, Any]) -> None:
        """Changing the level warns, and names what is not posted yet (guide, "Multi-entity … structures")."""
        if self.instance.pk is None or "integration_level" not in self.changed_data:
            return
        waiting = not_posted(self.instance)
        if not waiting.number or cleaned.get("level_change_confirmed"):
            return
        self.add_error("integration_level", warning(waiting))
