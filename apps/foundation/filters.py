"""Filters of lists: a value that can't be one is refused (422), never passed over."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from django_filters.rest_framework.filterset import FILTER_FOR_DBFIELD_DEFAULTS
from rest_framework import exceptions
from rest_framework.request import Request

_TRUTH = {"true": True, "false": False, "": None}


class _TruthField(forms.Field):
    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:
        given = "" if value is None else str(value).lower()
        if given not in _TRUTH:
            raise ValidationError(_("Write true or false."), code="invalid")
        return _TRUTH[given]


class _MomentField(IsoDateTimeField):
    def to_python(self, value: Any) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().to_python(value)
        if moment is None:
            return None
        try:
            return moment.astimezone(datetime.UTC)
        except OverflowError:
            raise ValidationError(_("This time is beyond the calendar."), code="invalid") from None


class TruthFilter(django_filters.BooleanFilter):
    """`true` or `false`."""

    field_class = _TruthField


class DayFilter(django_filters.DateFilter):
    """`YYYY-MM-DD`."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **more)


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A time, ISO 8601; without an offset it is UTC."""

    field_class = _MomentField


class PortalFilterSet(FilterSet):
    FILTER_DEFAULTS = {**FILTER_FOR_DBFIELD_DEFAULTS, models.BooleanField: {"filter_class": TruthFilter}}


class PortalFilterBackend(DjangoFilterBackend):
    """Filters of the query; one without a value is a mistake in the client, not a wish for everything."""

    filterset_base = PortalFilterSet

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        known = filterset.filters if filterset is not None else {}
        empty = [name for name in known if name in request.query_params and not request.query_params[name].strip()]
        if empty:
            words = exceptions.ErrorDetail(gettext("Give it a value, or leave it out."), code="blank")
            raise exceptions.ValidationError({name: [words] for name in empty})
        return super().filter_queryset(request, queryset, view)
