"""The *Reconciliation* page: a period's postings beside what Intacct holds, on the page or as CSV."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.access.admin.viewing import viewer_of
from apps.access.viewer import Viewer
from apps.foundation.errors import PortalError
from apps.foundation.wording import translated
from apps.organisation.models import Company
from apps.postings.reconciliation import Period, Reconciliation
from apps.postings.reconciliation_report import csv_text, summary
from apps.postings.services.reconcile import MOST_DAYS, reconcile, require_period

ROWS_SHOWN = 200
"""Of one table; the CSV has all that are listed."""
NAMES = {"first": "from", "last": "to"}


class ReconciliationForm(forms.Form):
    first = forms.DateField(
        label=_("From"),
        help_text=_("Posting dates, both included."),
        widget=forms.DateInput(attrs={"type": "date", "class": "portal-input"}),
    )
    last = forms.DateField(
        label=_("To"),
        help_text=format_lazy(_("At most {days} days."), days=MOST_DAYS),
        widget=forms.DateInput(attrs={"type": "date", "class": "portal-input"}),
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

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
                raise forms.ValidationError(translated(str(refusal))) from None
        return cleaned

    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


class ReconciliationPage:
    """The page's address, for the admin class of postings."""

    def __init__(self, admin: Any) -> None:
        self.admin = admin

    def urls(self) -> list[Any]:
        view = self.admin.admin_site.admin_view(self.show)
        return [path("reconciliation/", view, name="postings_reconciliation")]

    def show(self, request: HttpRequest) -> HttpResponse:
        """Intacct is asked only when the form was submitted."""
        self.admin.require_view(request)
        viewer = viewer_of(request)
        asked = "compare" in request.GET
        form = ReconciliationForm(request.GET if asked else None, viewer=viewer, initial=_last_month())
        result: Reconciliation | None = None
        refusal = ""
        if asked and form.is_valid():
            try:
                result = reconcile(period=form.period(), viewer=viewer, company=form.cleaned_data["company"])
            except PortalError as error:
                refusal = str(error)
        if result is not None and request.GET.get("format") == "csv":
            return _csv(result)
        context = {
            **self.admin.admin_site.each_context(request),
            "title": _("Reconciliation"),
            "opts": self.admin.opts,
            "is_fullwidth": "1",
            "form": form,
            "refusal": refusal,
            "result": result,
            "summary": summary(result) if result else [],
            "rows_shown": ROWS_SHOWN,
            "shown": f":{ROWS_SHOWN}",
            "csv": _query(form) if result else "",
        }
        return TemplateResponse(request, "admin/postings/reconciliation.html", context)


def _last_month() -> dict[str, datetime.date]:
    last = timezone.localdate().replace(day=1) - datetime.timedelta(days=1)
    return {"first": last.replace(day=1), "last": last}


def _query(form: ReconciliationForm) -> str:
    """The same question, answered as CSV."""
    period, company = form.period(), form.cleaned_data["company"]
    asked = {"from": period.first, "to": period.last, "company": company.code if company else ""}
    return urlencode({**asked, "compare": "yes", "format": "csv"})


def _csv(result: Reconciliation) -> HttpResponse:
    answer = HttpResponse(csv_text(result), content_type="text/csv; charset=utf-8")
    whose = f"-{result.company}" if result.company else ""
    name = f"reconciliation{whose}-{result.period.first}-{result.period.last}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
