"""*Correct dimensions and attributes*: one value for many postings in error, which are then sent again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.access.admin.viewing import viewer_of
from apps.dimensions.rules import analytical_types
from apps.postings.models import Posting
from apps.postings.services.correct import Corrected, Correction, correct_many

REFUSALS_SHOWN = 10


def _choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """What can go with a line: types that are active."""
    types = analytical_types()
    dimensions = [(f"{Corrected.DIMENSION}:{one.code}", one.name) for one in types.dimensions.values() if one.is_sent]
    attributes = [(f"{Corrected.ATTRIBUTE}:{one.code}", one.name) for one in types.attributes.values() if one.is_active]
    return [
        (_("Dimensions"), dimensions),
        (_("Attributes"), attributes),
        (_("Document"), [(f"{Corrected.SUPPLIER_DOCUMENT_NUMBER}:", str(_("Supplier document number")))]),
    ]


class CorrectionForm(forms.Form):
    what = forms.ChoiceField(label=_("What is missing"), choices=_choices, widget=UnfoldAdminSelectWidget())
    value = forms.CharField(label=_("Value"), max_length=60, widget=UnfoldAdminTextInputWidget())
    account = forms.CharField(
        label=_("Only lines on account"),
        max_length=24,
        required=False,
        help_text=_("Empty: all lines."),
        widget=UnfoldAdminTextInputWidget(),
    )
    replaces = forms.BooleanField(
        label=_("Replace"),
        required=False,
        help_text=_("Also where a value is there already. Otherwise only what is missing is filled in."),
        widget=UnfoldBooleanSwitchWidget(),
    )

    def correction(self) -> Correction:
        what, _colon, code = self.cleaned_data["what"].partition(":")
        return Correction(
            what=Corrected(what),
            code=code,
            value=self.cleaned_data["value"].strip(),
            account=self.cleaned_data["account"].strip(),
            replaces=self.cleaned_data["replaces"],
        )


def correction_page(
    request: HttpRequest, context: dict[str, Any], postings: list[Posting], *, back: str, kept: list[tuple[str, str]]
) -> HttpResponse:
    """The form; filled in, the correction and what came of it. `kept`: what brought the person here, to come back."""
    form = CorrectionForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        return TemplateResponse(
            request,
            "admin/postings/correct.html",
            {
                **context,
                "title": ngettext("Correct %d posting", "Correct %d postings", len(postings)) % len(postings),
                "form": form,
                "postings": postings,
                "back": back,
                "kept": [*kept, *((ACTION_CHECKBOX_NAME, posting.pk) for posting in postings)],
            },
        )
    outcomes = correct_many(postings=postings, correction=form.correction(), viewer=viewer_of(request))
    if outcomes.corrected:
        words = ngettext(
            "%d posting is corrected and sent again.", "%d postings are corrected and sent again.", outcomes.corrected
        )
        messages.success(request, words % outcomes.corrected)
    for refusal in outcomes.refused[:REFUSALS_SHOWN]:
        messages.warning(request, refusal)
    if len(outcomes.refused) > REFUSALS_SHOWN:
        messages.warning(request, _("and %d more") % (len(outcomes.refused) - REFUSALS_SHOWN))
    return redirect(back)
