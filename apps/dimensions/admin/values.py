"""Attributes and dimensions as Sage Intacct has them: looked at, never edited here (guide: managed in Sage Intacct)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.dimensions.models import Attribute, Dimension
from apps.foundation.admin.base import ReadOnlyAdmin


@admin.register(Attribute)
class AttributeAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "type", "project", "entity", "begins_on", "ends_on", "is_active", "synchronised_at")
    list_filter = ("type", "is_active")
    list_select_related = ("type",)
    search_fields = ("code", "name", "project")
    search_help_text = _("ID, name, project")
    empty_words = _("Projects, employees and tasks are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = (
        "type", "code", "name", "project", "parent", "entity", "begins_on", "ends_on", "is_active", "synchronised_at",
    )  # fmt: skip


@admin.register(Dimension)
class DimensionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "type", "parent", "entity", "is_active", "synchronised_at")
    list_filter = ("type", "is_active")
    list_select_related = ("type",)
    search_fields = ("code", "name", "parent")
    search_help_text = _("ID, name, parent")
    empty_words = _("Dimensions are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = ("type", "code", "name", "parent", "entity", "is_active", "synchronised_at")
