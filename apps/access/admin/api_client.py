"""REST clients: made here, shown their key once, given new keys, limited and revoked here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.access.admin.key_pages import revoke_key_page, rotation_page, show_key
from apps.access.models import ApiClient
from apps.access.roles import Role, Scope, scopes_of
from apps.access.selectors import keys_of
from apps.access.services.clients import create_client, joined_scopes, revoke_client, save_client
from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.errors import PortalError
from apps.foundation.wording import translated


class ApiClientForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        help_text=_("What of its role this client may do. None chosen: everything that the role may."),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["scopes"] = self.instance.scopes.split()
        if "scopes" in self.fields:
            offered = list(Scope) if self.instance._state.adding else scopes_of(Role(self.instance.role))
            # With the name that a refusal over REST gives it.
            named = [(scope.value, f"{scope.label} ({scope.value})") for scope in offered]
            self.fields["scopes"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        role = cleaned.get("role") or self.instance.role
        try:
            cleaned["scopes"] = joined_scopes(role=Role(role), scopes=cleaned.get("scopes", []))
        except PortalError as refusal:
            self.add_error("scopes", translated(str(refusal)))
        return cleaned


@admin.register(ApiClient)
class ApiClientAdmin(PortalModelAdmin):
    form = ApiClientForm
    change_form_outer_before_template = "admin/access/client_state.html"
    list_display = ("name", "role", "state_badge", "expiry_date", "last_used", "created")
    list_filter = ("role", "revoked")
    search_fields = ("name", "keys__prefix")
    search_help_text = _("Name, start of a key")
    empty_words = _("A program that submits documents needs an API client: a name, its companies and a key.")
    actions = None
    readonly_fields = ("role", "last_used", "created")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiClient]:
        return super().get_queryset(request).with_keys()

    def get_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> Any:
        settable = ("companies", "scopes", "expiry_date", "requests_per_minute")
        return ("name", "role", *settable) if obj is None else ("name", *settable, *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> Any:
        return () if obj is None else self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "companies":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("state"), ordering="revoked")
    def state_badge(self, client: Any) -> Any:
        return render_to_string("admin/access/state.html", {"client": client})

    @display(description=_("last used"), ordering="last_used_at")
    def last_used(self, client: Any) -> Any:
        return client.last_used_at

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        client = self.get_object(request, object_id)
        context = {
            "may_revoke": client is not None and not client.revoked and self.has_change_permission(request, client),
            "keys": keys_of(client) if client is not None else [],
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def get_urls(self) -> list[Any]:
        pages = {
            "<str:reference>/revoke/": ("revoke", self.revoke_view),
            "<str:reference>/rotate/": ("rotate", self.rotate_view),
            "<str:reference>/keys/<str:prefix>/revoke/": ("revoke_key", self.revoke_key_view),
        }
        own = [
            path(route, self.admin_site.admin_view(view), name=f"access_apiclient_{name}")
            for route, (name, view) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def client_or_404(self, request: HttpRequest, reference: str) -> ApiClient:
        client: ApiClient | None = self.get_object(request, reference)
        if client is None:
            raise Http404
        return client

    def revoke_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Asks first: a revoked client never works again."""
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        client = self.client_or_404(request, reference)
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Revoke %s?") % client.name,
                words=_(
                    "The client's requests are refused from now on, whichever key they carry. This can't be undone: it "
                    "will need a new client."
                ),
                button=_("Yes, revoke the client"),
                back=reverse("admin:access_apiclient_change", args=[reference]),
            )
        revoke_client(client=client, actor=request.user.get_username())
        messages.success(request, _("%s is revoked.") % client.name)
        return redirect("admin:access_apiclient_change", reference)

    def rotate_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        return refused or rotation_page(self, request, self.client_or_404(request, reference))

    def revoke_key_view(self, request: HttpRequest, reference: str, prefix: str) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        return refused or revoke_key_page(self, request, self.client_or_404(request, reference), prefix)

    def save_model(self, request: HttpRequest, obj: ApiClient, form: "forms.ModelForm[Any]", change: bool) -> None:
        actor, given = request.user.get_username(), form.cleaned_data
        if change:
            save_client(client=obj, companies=given["companies"], changed=form.changed_data, actor=actor)
            return
        new = create_client(
            name=obj.name,
            role=obj.role,
            company_codes=[company.code for company in given["companies"]],
            scopes=obj.scopes.split(),
            expiry_date=obj.expiry_date,
            requests_per_minute=obj.requests_per_minute,
            actor=actor,
        )
        obj.__dict__.update({key: value for key, value in new.client.__dict__.items() if not key.startswith("_")})
        request.new_api_key = new.key  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiClient, post_url_continue: str | None = None) -> HttpResponse:
        return show_key(self, request, obj, request.new_api_key)  # type: ignore[attr-defined]

    def response_change(self, request: HttpRequest, obj: ApiClient) -> HttpResponse:
        messages.success(request, _("%s is saved.") % obj.name)
        return redirect("admin:access_apiclient_change", obj.reference)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The audit trail has it, written with the change itself."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As above."""
