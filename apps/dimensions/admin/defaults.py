"""Default dimensions by company, site, item, customer and supplier."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.dimensions.models import DefaultDimension, DefaultOf
from apps.foundation.admin.audited import AuditedModelAdmin


@admin.register(DefaultDimension)
class DefaultDimensionAdmin(AuditedModelAdmin):
    audited_as = "default_dimension"
    list_display = ("source", "key", "dimension_type", "attribute_type", "value")
    list_filter = ("source",)
    list_select_related = ("dimension_type", "attribute_type")
    search_fields = ("key", "value")
    search_help_text = _("ID, value")
    empty_words = _(
        "A line gets what it names. Create a default for what it does not name: the item's comes before the "
        "customer's or supplier's, the site's and the company's."
    )
    fields = ("source", "key", "dimension_type", "attribute_type", "value")
    fixed_fields = ("source", "key", "dimension_type", "attribute_type")

    def audited_company(self, row: DefaultDimension) -> str:
        return row.key if row.source == DefaultOf.COMPANY else ""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only active types: what is not active can't be given."""
        if db_field.name in ("dimension_type", "attribute_type"):
            related: type[models.Model] = db_field.related_model
            kwargs["queryset"] = related._default_manager.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
