"""What the list of postings is narrowed by: state, and the day of submission."""

import datetime
from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import State

ON_THE_WAY = "open"
ONE_DAY = datetime.timedelta(days=1)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*State.choices, (ON_THE_WAY, _("On the way: pending, held, sent or verified"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        state = self.value()
        if state == ON_THE_WAY:
            return queryset.on_its_way()
        return queryset.in_state(state) if state in State.values else queryset


class NamedFilter(admin.SimpleListFilter):
    """Documents of one customer or supplier, as links from other pages ask for them; offered only to be taken off."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        chosen = self.value()
        return [(chosen, chosen)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class CustomerFilter(NamedFilter):
    title = _("customer")
    parameter_name = "customer"


class SupplierFilter(NamedFilter):
    title = _("supplier")
    parameter_name = "supplier"


class SubmittedFilter(admin.SimpleListFilter):
    """By the day (UTC) it was submitted, as the dashboard counts them."""

    title = _("submitted")
    parameter_name = "submitted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Today, yesterday, and the day that is chosen."""
        today = timezone.now().date()
        days: dict[str, Any] = {today.isoformat(): _("Today"), (today - ONE_DAY).isoformat(): _("Yesterday")}
        chosen = _day(request.GET.get(self.parameter_name, ""))
        if chosen is not None:
            days.setdefault(chosen.isoformat(), date_format(chosen))
        return list(days.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        day = _day(self.value() or "")
        if day is None:
            return queryset
        begin = datetime.datetime.combine(day, datetime.time.min, datetime.UTC)
        return queryset.filter(created_at__gte=begin, created_at__lt=begin + ONE_DAY)


def _day(text: str) -> datetime.date | None:
    """A date as an address has it; None for anything else."""
    with suppress(ValueError):
        return datetime.date.fromisoformat(text)
    return None
