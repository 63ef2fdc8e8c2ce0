"""REST clients: made here, shown their key once, revoked here. Addressed by reference: the key's hash stays inside."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.access.models import ApiClient
from apps.access.services.clients import create_client, revoke_client
from apps.foundation import audit
from apps.foundation.admin.base import PortalModelAdmin


class ClientChangeList(ChangeList):
    """Rows link to a client by its reference."""

    def url_for_result(self, result: ApiClient) -> str:
        return reverse("admin:access_apiclient_change", args=[result.reference])


@admin.register(ApiClient)
class ApiClientAdmin(PortalModelAdmin):
    change_form_outer_before_template = "admin/access/client_state.html"
    list_display = ("name", "role", "prefix", "state_badge", "expiry_date", "last_used_at", "created")
    list_filter = ("role", "revoked")
    search_fields = ("name", "prefix")
    search_help_text = _("Name, start of the key")
    empty_words = _("A program that submits documents needs an API client: a name, its companies and a key.")
    actions = None
    readonly_fields = ("role", "prefix", "created", "last_used_at")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ClientChangeList

    def get_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> Any:
        if obj is None:
            return ("name", "role", "companies")
        return ("name", "companies", "expiry_date", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiClient | None = None) -> Any:
        return () if obj is None else self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "companies":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            return db_field.formfield(**kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "name":
            field.help_text = _("What calls the portal, for example your ERP.")
        return field

    @display(description=_("state"), ordering="revoked")
    def state_badge(self, client: ApiClient) -> Any:
        return render_to_string("admin/access/state.html", {"client": client})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ApiClient | None:
        return self.get_queryset(request).filter(reference=unquote(object_id)).first()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        client = self.get_object(request, object_id)
        may_revoke = client is not None and not client.revoked and self.has_change_permission(request, client)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_revoke": may_revoke})

    def get_urls(self) -> list[Any]:
        revoke = path(
            "<str:reference>/revoke/", self.admin_site.admin_view(self.revoke_view), name="access_apiclient_revoke"
        )
        return [revoke, *super().get_urls()]

    def revoke_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Asks first: a revoked key never works again."""
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        client = self.get_object(request, reference)
        if client is None:
            raise Http404
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                title=_("Revoke the key of %s?") % client.name,
                words=_("The client's requests are refused from now on. This can't be undone: it will need a new key."),
                button=_("Yes, revoke the key"),
                back=reverse("admin:access_apiclient_change", args=[reference]),
            )
        revoke_client(client=client, actor=request.user.get_username())
        messages.success(request, _("The key of %s is revoked.") % client.name)
        return redirect("admin:access_apiclient_change", reference)

    def save_model(self, request: HttpRequest, obj: ApiClient, form: "forms.ModelForm[Any]", change: bool) -> None:
        actor = request.user.get_username()
        if change:
            super().save_model(request, obj, form, change)
            audit.record(
                audit.Event(
                    actor=actor,
                    action="api_client_changed",
                    subject_type="api_client",
                    subject_id=obj.reference,
                    subject_label=obj.name,
                    detail={"fields": sorted(form.changed_data)},
                )
            )
            return
        codes = [company.code for company in form.cleaned_data["companies"]]
        new = create_client(name=obj.name, role=obj.role, company_codes=codes, actor=actor)
        obj.__dict__.update({key: value for key, value in new.client.__dict__.items() if not key.startswith("_")})
        request.new_api_key = new.key  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiClient, post_url_continue: str | None = None) -> HttpResponse:
        """The key in the answer itself: it is kept nowhere, not even until the next page."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The key of %s") % obj.name,
            "client": obj,
            "key": request.new_api_key,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "admin/access/new_key.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def response_change(self, request: HttpRequest, obj: ApiClient) -> HttpResponse:
        messages.success(request, _("%s is saved.") % obj.name)
        return redirect("admin:access_apiclient_change", obj.reference)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The audit trail has it; the framework's own log would store the primary key, which holds the key's hash."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As above."""
