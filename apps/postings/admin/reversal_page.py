"""*Reverse*: asks on which date a posted journal entry is undone."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse as address_of
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget

from apps.access.admin.viewing import viewer_of
from apps.foundation import clock
from apps.foundation.errors import PortalError
from apps.foundation.wording import translated
from apps.postings.models import Posting
from apps.postings.services.reverse import MARK, reverse


class ReversalForm(forms.Form):
    posting_date = forms.DateField(
        label=_("Posting date of the reversal"),
        help_text=_("Not before the original's. Its period must be open in Sage Intacct."),
        widget=UnfoldAdminSingleDateWidget(),
    )


def reversal_page(request: HttpRequest, context: dict[str, Any], posting: Posting) -> HttpResponse:
    """The form, then the reversal; a refusal is shown on the form."""
    back = address_of("admin:postings_posting_change", args=[posting.pk])
    today: datetime.date = max(clock.database_now().date(), posting.posting_date)
    form = ReversalForm(request.POST if "confirmed" in request.POST else None, initial={"posting_date": today})
    if form.is_valid():
        try:
            made = reverse(posting=posting, posting_date=form.cleaned_data["posting_date"], viewer=viewer_of(request))
        except PortalError as refusal:
            form.add_error(None, translated(str(refusal)))
        else:
            said = _("The reversal is on its way.") if made.is_new else _("It was reversed before, by this posting.")
            messages.success(request, said)
            return redirect("admin:postings_posting_change", made.posting_id)
    return TemplateResponse(
        request,
        "admin/postings/reverse.html",
        {
            **context,
            "title": _("Reverse %s?") % posting,
            "form": form,
            "number": f"{posting.number}{MARK}",
            "back": back,
        },
    )
