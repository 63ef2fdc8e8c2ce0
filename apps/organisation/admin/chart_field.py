"""The field *Chart of accounts*: it offers the charts of the legislation chosen beside it, and only those."""

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from apps.organisation.models import ChartOfAccounts


class ChartSelect(UnfoldAdminSelectWidget):
    """Each option says whose chart it is; `charts.js` offers those of the legislation. The model refuses the others."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if chart := getattr(value, "instance", None):
            option["attrs"]["data-legislation"] = str(chart.legislation_id)
        return option

    @property
    def media(self) -> Media:
        return Media(js=["portal/charts.js"])


class OffersChartsOfLegislation:
    """For a `ModelAdmin` whose form has a legislation and a chart of accounts."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is ChartOfAccounts:
            kwargs |= {"widget": ChartSelect(attrs={"data-charts": ""}), "empty_label": "—"}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
