"""Posting classes with their accounts, what records have which, and the account types they are made of."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.audited import AuditedModelAdmin
from apps.organisation.admin.origin import ShowsOrigin
from apps.postings.admin.rows import LabelledInline
from apps.postings.models import (
    ClassType,
    PostingClass,
    PostingClassAssignment,
    PostingClassDefinition,
    PostingClassLine,
    PostingClassTaxLine,
)


@admin.register(PostingClassDefinition)
class PostingClassDefinitionAdmin(ShowsOrigin, AuditedModelAdmin):
    """Delivered: only whether one is active is chosen here (dmo-facts 5)."""

    audited_as = "posting_class_definition"
    list_display = ("name", "code", "legislation", "class_type", "is_detailed", "by_tax", "is_active")
    list_filter = ("class_type", "legislation", "is_active")
    list_select_related = ("legislation",)
    search_fields = ("code", "name")
    search_help_text = _("Account type, name")
    empty_words = _("Posting class definitions are delivered: run manage.py load_delivered_data.")
    fields = ("code", "legislation", "name", "class_type", "is_detailed", "by_tax", "is_active")
    readonly_fields = ("code", "legislation", "name", "class_type", "is_detailed", "by_tax")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PostingClassLineInline(LabelledInline):
    model = PostingClassLine
    fields = ("chart_of_accounts", "definition", "account")
    show_change_link = True
    verbose_name_plural = _("accounts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostingClassLine, PostingClassLine]:
        rows: QuerySet[PostingClassLine, PostingClassLine] = super().get_queryset(request)
        return rows.select_related("chart_of_accounts", "definition")

    def get_formset(self, request: HttpRequest, obj: PostingClass | None = None, **kwargs: Any) -> Any:
        """Only account types of the class's kind."""
        formset = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("definition")
        if field is not None:
            rows = PostingClassDefinition.objects.select_related("legislation").order_by("code", "legislation")
            field.queryset = rows.filter(class_type=obj.class_type) if obj else rows
            field.label_from_instance = _with_legislation
        return formset


def _with_legislation(definition: PostingClassDefinition) -> str:
    return f"{definition.name} ({definition.legislation.code})" if definition.legislation else definition.name


@admin.register(PostingClass)
class PostingClassAdmin(ShowsOrigin, AuditedModelAdmin):
    audited_as = "posting_class"
    list_display = ("code", "name", "class_type", "is_default", "accounts", "origin")
    list_filter = ("class_type", "is_default")
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _(
        "A posting class says for an item, a customer, a supplier or a tax which accounts its movements go to. "
        "Create one for each kind, and make it the default."
    )
    fields = ("code", "name", "class_type", "is_default", "origin")
    readonly_fields = ("origin",)
    fixed_fields = ("code", "class_type")
    inlines = (PostingClassLineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostingClass, PostingClass]:
        rows: QuerySet[PostingClass, PostingClass] = super().get_queryset(request)
        return rows.prefetch_related("lines__taxes")

    def audited_values(self, row: PostingClass) -> dict[str, str]:
        """A class's accounts are part of it."""
        return {**super().audited_values(row), "accounts": "; ".join(str(line) for line in row.lines.all())}

    @display(description=_("accounts"))
    def accounts(self, posting_class: PostingClass) -> str:
        number = len(posting_class.lines.all())
        return str(number) if number else str(_("None yet"))


class PostingClassTaxLineInline(LabelledInline):
    model = PostingClassTaxLine
    fields = ("tax_detail", "account")
    verbose_name_plural = _("accounts by tax")


@admin.register(PostingClassLine)
class PostingClassLineAdmin(AuditedModelAdmin):
    """The accounts by tax of one line; reached from the line of its posting class."""

    audited_as = "posting_class_line"
    fields = ("posting_class", "chart_of_accounts", "definition", "account")
    fixed_fields = ("posting_class", "chart_of_accounts", "definition")
    list_display = ("posting_class", "chart_of_accounts", "definition", "account")
    list_filter = ("chart_of_accounts", "definition")
    list_select_related = ("posting_class", "chart_of_accounts", "definition")
    search_fields = ("account", "posting_class__code")
    search_help_text = _("Account, posting class")
    empty_words = _("Accounts are added on the page of their posting class.")
    inlines = (PostingClassTaxLineInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the page of the class."""
        return False

    def get_inlines(self, request: HttpRequest, obj: PostingClassLine | None) -> Any:
        return super().get_inlines(request, obj) if obj is not None and obj.definition.by_tax else ()

    def audited_values(self, row: PostingClassLine) -> dict[str, str]:
        return {**super().audited_values(row), "by tax": "; ".join(str(one) for one in row.taxes.all())}


@admin.register(PostingClassAssignment)
class PostingClassAssignmentAdmin(AuditedModelAdmin):
    audited_as = "posting_class_assignment"
    list_display = ("class_type", "key", "posting_class")
    list_filter = ("class_type", "posting_class")
    list_select_related = ("posting_class",)
    search_fields = ("key", "posting_class__code")
    search_help_text = _("ID of the record, posting class")
    empty_words = _("Every record has the default posting class of its kind. Give one another class here.")
    fields = ("class_type", "key", "posting_class")
    fixed_fields = ("class_type", "key")

    def audited_company(self, row: PostingClassAssignment) -> str:
        return row.key if row.class_type == ClassType.COMPANY else ""
