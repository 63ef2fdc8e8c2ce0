"""The *Smart Events to generate* grid of the *Custom package* tab."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.grid import GridInTab
from apps.mapping.models import SmartEvent


class SmartEventForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A row whose switches say to a screen reader what they switch: the column's words are not theirs."""

    class Meta:
        model = SmartEvent
        fields = ("is_on", "on_add", "on_set", "on_delete")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.widget.attrs["aria-label"] = f"{self.instance}: {one.label}"


class SmartEventInline(GridInTab):
    model = SmartEvent
    in_tab = _("Custom package")
    form = SmartEventForm
    extra = 0
    can_delete = False
    verbose_name_plural = _("Smart Events to generate")
    fields = ("object_label", "is_on", "on_add", "on_set", "on_delete")
    readonly_fields = ("object_label",)

    @display(description=_("Sage Intacct object"))
    def object_label(self, row: SmartEvent) -> str:
        return str(row)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The rows are the objects that can come in; none is added by hand."""
        return False
