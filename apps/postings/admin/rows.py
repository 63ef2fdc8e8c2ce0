"""Rows of account determination inside the page of what they belong to."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.admin import TabularInline


class LabelledInline(TabularInline):
    """A grid whose inputs each say what they are: a table's heading alone is not their label."""

    extra = 0
    hide_title = True

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            getattr(field.widget, "widget", field.widget).attrs["aria-label"] = str(field.label)
        return field
