"""Users and groups: an integration admin manages people and gives them the delivered groups, never superuser."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.forms import BooleanField, ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanSwitchWidget

from apps.access.admin.viewing import viewer_of
from apps.access.models import PartnerAccess
from apps.access.roles import Role
from apps.access.services.partners import give_companies
from apps.foundation.admin.base import PortalModelAdmin, ReadOnlyAdmin
from apps.organisation.models import Company

admin.site.unregister((User, Group))

VERBS = {"view": _("see"), "add": _("create"), "change": _("change"), "delete": _("delete")}


def _is_integration_admin(request: HttpRequest) -> bool:
    return bool(request.user.is_active and viewer_of(request).role == Role.INTEGRATION_ADMIN)


def role_words(group: Group) -> str:
    """A delivered group by its role's name; another by its own."""
    return str(Role(group.name).label) if group.name in Role.values else group.name


def permitted(group: Group) -> dict[str, list[str]]:
    """What a group may do, by kind of row."""
    kinds: dict[str, list[str]] = {}
    for permission in group.permissions.all():
        verb = permission.codename.partition("_")[0]
        kinds.setdefault(permission.content_type.name, []).append(str(VERBS.get(verb, verb)))
    return kinds


class RolesField(ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return role_words(obj)


class UserForm(ModelForm):
    """A person, and for a partner what the status pages show."""

    status_companies = ModelMultipleChoiceField(
        Company.objects.order_by("code"),
        label=_("Companies"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("A partner sees the status of these companies, and nothing of any other."),
    )
    status_amounts = BooleanField(
        label=_("Amounts"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("When on, the partner sees what failing documents are for."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        access = PartnerAccess.objects.filter(user=self.instance).first() if self.instance.pk else None
        if access is not None:
            self.initial["status_companies"] = list(access.companies.values_list("pk", flat=True))
            self.initial["status_amounts"] = access.shows_amounts


@admin.register(User)
class PortalUserAdmin(UserAdmin, PortalModelAdmin):
    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_help_text = _("User name, name, email")
    actions = None
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password_is_set")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "groups")}),
        (_("Status pages of a partner"), {"fields": ("status_companies", "status_amounts")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("password_is_set", "last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User, User]":
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("role"))
    def roles(self, user: User) -> str:
        return ", ".join(role_words(group) for group in user.groups.all()) or "–"

    @admin.display(description=_("password"))
    def password_is_set(self, user: User) -> Any:
        """Whether there is one; nothing of its hash."""
        return render_to_string("admin/auth/password.html", {"user": user})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            return RolesField(
                queryset=Group.objects.order_by("id"),
                label=_("Role"),
                widget=UnfoldAdminCheckboxSelectMultipleWidget(),
                required=False,
                help_text=_("One is enough. Without a role, the person sees nothing after signing in."),
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_staff" and field is not None:
            field.label = _("May sign in here")
            field.help_text = _(
                "Everybody who works in these pages. A partner does not: it signs in at the status pages."
            )
        if db_field.name == "is_active" and field is not None:
            field.help_text = _("Switch off instead of deleting: the audit trail names the person.")
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody raises or ends their own role."""
        own = ("groups", "is_active", "is_staff") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def save_related(self, request: HttpRequest, form: "ModelForm[Any]", formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if {"status_companies", "status_amounts"} & set(form.changed_data):
            give_companies(
                user=form.instance,
                companies=form.cleaned_data["status_companies"],
                shows_amounts=form.cleaned_data["status_amounts"],
                actor=request.user.get_username(),
            )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_integration_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_integration_admin(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_integration_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is changed by a superuser only."""
        return _is_integration_admin(request) and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are made inactive: the audit trail names them."""
        return False


@admin.register(Group)
class PortalGroupAdmin(GroupAdmin, ReadOnlyAdmin):  # type: ignore[misc]
    """The delivered groups. What each may do is the portal's own table of roles, so it is shown, not edited."""

    list_display = ("role", "people")
    search_help_text = _("Name")
    fields = ("role", "people", "may")
    readonly_fields = ("role", "people", "may")
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Group, Group]":
        return super().get_queryset(request).prefetch_related("user_set", "permissions__content_type")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        group = self.get_object(request, object_id)
        title = role_words(group) if group else ""
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "page_title": title})

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        return role_words(group)

    @admin.display(description=_("people"))
    def people(self, group: Group) -> str:
        return ", ".join(user.username for user in group.user_set.all()) or "–"

    @admin.display(description=_("permissions"))
    def may(self, group: Group) -> Any:
        """By page: what they may do there."""
        return render_to_string("admin/auth/permissions.html", {"kinds": permitted(group)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_integration_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return _is_integration_admin(request)
