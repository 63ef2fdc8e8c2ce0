"""Attribute types, dimension types, and which of them a company requires."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.dimensions.admin.switching import SwitchesTypes
from apps.dimensions.models import AttributeType, CompanyRequirement, DimensionType
from apps.dimensions.selectors import next_free_slot
from apps.foundation.admin.audited import AuditedModelAdmin
from apps.foundation.admin.base import ReadOnlyAdmin

BEYOND = _(
    "It has no document property (20 are taken): no predefined integration, not sent with journals or documents."
)
NOT_LINKED = _("It is linked to no dimension of Sage Intacct: not sent.")


@admin.register(AttributeType)
class AttributeTypeAdmin(SwitchesTypes, ReadOnlyAdmin):
    list_display = ("name", "code", "stands_for", "restricted_to", "is_active")
    list_filter = ("is_active", "stands_for")
    list_select_related = ("restricted_to",)
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Attribute types are delivered: run manage.py load_delivered_data.")
    fields = ("code", "name", "stands_for", "restricted_to")


@admin.register(DimensionType)
class DimensionTypeAdmin(SwitchesTypes, AuditedModelAdmin):
    audited_as = "dimension_type"
    list_display = ("name", "code", "slot", "intacct_object", "sent", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "intacct_object")
    search_help_text = _("ID, name, Sage Intacct dimension")
    empty_words = _("Department and Channel are delivered: run manage.py load_delivered_data.")
    fields = ("code", "name", "slot", "intacct_object")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A type that is linked stays linked: its values are those records. One that is not can be linked later."""
        given = super().get_readonly_fields(request, obj)
        return (*given, "intacct_object") if obj is not None and obj.intacct_object else given

    @display(description=_("sent"), boolean=True)
    def sent(self, type_: DimensionType) -> bool:
        return type_.is_sent

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"slot": next_free_slot(), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not getattr(obj, "is_locked", False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A linked one is deactivated instead: what came from Sage Intacct, and its mapping, hang on it."""
        return super().has_delete_permission(request, obj) and not getattr(obj, "intacct_object", None)

    def may_switch(self, request: HttpRequest, type_: Any = None) -> bool:
        return super().may_switch(request, type_) and not getattr(type_, "is_locked", False)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        type_ = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "not_sent": _why_not(type_)})

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        why = _why_not(obj)
        if why:
            messages.warning(request, why)


def _why_not(type_: DimensionType | None) -> Any:
    """Why an active type's values are not sent; empty: they are."""
    if type_ is None or type_.is_sent:
        return ""
    return BEYOND if type_.slot is None else NOT_LINKED


@admin.register(CompanyRequirement)
class CompanyRequirementAdmin(AuditedModelAdmin):
    audited_as = "company_requirement"
    list_display = ("company", "dimension_type", "attribute_type", "is_required")
    list_filter = ("company", "is_required")
    list_select_related = ("company", "dimension_type", "attribute_type")
    search_fields = ("company__code", "dimension_type__name", "attribute_type__name")
    search_help_text = _("company, type")
    empty_words = _(
        "No company requires more than its accounts do. What an account requires is changed in Sage Intacct."
    )
    fields = ("company", "dimension_type", "attribute_type", "is_required")
    fixed_fields = ("company", "dimension_type", "attribute_type")

    def audited_company(self, row: CompanyRequirement) -> str:
        return row.company.code

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only active types can be required: what is not active can't be given."""
        if db_field.name in ("dimension_type", "attribute_type"):
            related: type[models.Model] = db_field.related_model
            kwargs["queryset"] = related._default_manager.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
