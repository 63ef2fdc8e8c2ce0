"""The *Configuration* page (guide, "Configure the integration"): its tabs, and what can be done with a connection."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.configuration.admin.configuration_form import ConfigurationForm
from apps.configuration.admin.connection_actions import ACTIONS, ConnectionAction, about_connection
from apps.configuration.admin.country_defaults import CountryDefaultInline
from apps.configuration.admin.set_up_file_page import SetUpFilePage
from apps.configuration.admin.set_up_page import SetUpPage
from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.configuration.secrets import SECRETS, unreadable_secrets
from apps.configuration.services.callback_secret import renew_unreadable
from apps.configuration.services.history import configuration_saved
from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.admin.form_changes import changes_of
from apps.foundation.errors import PortalError
from apps.foundation.fields import SecretUnreadable
from apps.organisation.admin.chart_field import OffersChartsOfLegislation


@admin.register(IntacctConfiguration)
class IntacctConfigurationAdmin(OffersChartsOfLegislation, PortalModelAdmin):
    form = ConfigurationForm
    change_form_outer_before_template = "admin/configuration/about_connection.html"
    inlines: tuple[Any, ...] = (CountryDefaultInline,)
    list_display = ("code", "company_id", "is_active", "integration_level", "test_badge", "last_test_at")
    list_filter = ("is_active", "integration_level")
    search_fields = ("code", "company_id")
    search_help_text = _("ID, company ID")
    empty_words = _(
        "Enter the API user of Sage Intacct here: its company, user and password. Then test the connection."
    )
    actions = None
    readonly_fields: tuple[str, ...] = ("marker_mode",)
    fieldsets = (
        (
            _("General"),
            {
                "classes": ("tab",),
                "fields": (
                    "code", "is_active", "company_id", "user_id", "user_password", "endpoint_url", "sender_id",
                    "sender_password", "policy_id", "async_timeout_seconds",
                ),
            },
        ),
        (
            _("Defaults"),
            {
                "classes": ("tab",),
                "fields": (
                    "legislation", "chart_of_accounts", "integration_level", "level_change_confirmed",
                    "sends_contact_list_category", "excludes_display_contact", "cleans_contact_list",
                ),
            },
        ),
        (
            _("Delivery"),
            {
                "classes": ("tab",),
                "fields": (
                    "call_deadline_seconds", "processing_horizon_seconds", "largest_concurrency", "nightly_days",
                    "marker_mode",
                ),
            },
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[IntacctConfiguration, IntacctConfiguration]:
        """Without the secrets: a page decrypts them only where it has to, so that one unreadable secret breaks none."""
        configurations: QuerySet[IntacctConfiguration, IntacctConfiguration] = super().get_queryset(request)
        return configurations.defer(*secret_fields())

    def get_fieldsets(self, request: HttpRequest, obj: IntacctConfiguration | None = None) -> Any:
        """What has a meaning for this person and now: who only looks enters no secret, nor may one be shown as text."""
        left_out = set() if self.has_change_permission(request, obj) else set(SECRETS)
        if obj is None:
            left_out.add("level_change_confirmed")  # nothing waits under a configuration that is only being made
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in left_out]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    @display(description=_("last test"), ordering="last_test_result")
    def test_badge(self, configuration: IntacctConfiguration) -> Any:
        return render_to_string("admin/configuration/test_badge.html", {"configuration": configuration})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        configuration = self.get_object(request, object_id)
        context = {
            "may_test": self.has_change_permission(request),
            "page_title": configuration.code if configuration else "",
            "unreadable": unreadable_secrets(configuration) if configuration else [],
            **(about_connection(configuration) if configuration else {}),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def response_post_save_add(self, request: HttpRequest, obj: IntacctConfiguration) -> HttpResponse:
        """On to its page: the guide goes on there, with the custom package."""
        return redirect("admin:configuration_intacctconfiguration_change", obj.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        return [
            *SetUpPage(self).urls(),
            *SetUpFilePage(self).urls(),
            *(
                path(
                    f"<int:pk>/{address}/",
                    self.admin_site.admin_view(self._action(do)),
                    name=f"configuration_intacctconfiguration_{address.replace('-', '_')}",
                )
                for address, do in ACTIONS.items()
            ),
            *super().get_urls(),
        ]

    def _action(self, do: ConnectionAction) -> Callable[[HttpRequest, int], HttpResponse]:
        """A button of the page: posted, for who may change the configuration; a refusal becomes a message."""

        def view(request: HttpRequest, pk: int) -> HttpResponse:
            refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
            if refused is not None:
                return refused
            configuration = get_object_or_404(self.get_queryset(request), pk=pk)
            try:
                do(request, configuration)
            except (PortalError, SecretUnreadable) as refusal:
                messages.error(request, str(refusal))
            return redirect("admin:configuration_intacctconfiguration_change", pk)

        return view

    def save_model(self, request: HttpRequest, obj: IntacctConfiguration, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if renew_unreadable(configuration=obj, actor=request.user.get_username()):
            messages.warning(request, _("The callback secret could not be read either. Make a new one below."))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        configuration_saved(
            configuration=form.instance,
            actor=request.user.get_username(),
            created=not change,
            changes={
                **changes_of(form, secrets=SECRETS),
                **{
                    f"{row.instance}: {name}": words
                    for formset in formsets
                    for row in formset.forms
                    if row.has_changed()
                    for name, words in changes_of(row).items()
                },
            },
            removed=[str(gone) for formset in formsets for gone in formset.deleted_objects],
        )
