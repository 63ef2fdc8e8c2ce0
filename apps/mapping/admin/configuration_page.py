"""The *Custom package* tab: the *Configuration* page as the app that knows its mapping extends it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.configuration.admin import IntacctConfigurationAdmin
from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import SecretUnreadable
from apps.mapping.admin.smart_events import SmartEventInline
from apps.mapping.package_state import package_state
from apps.mapping.services.custom_package import ensure_smart_events, make_package

admin.site.unregister(IntacctConfiguration)


@admin.register(IntacctConfiguration)
class ConfigurationWithPackageAdmin(IntacctConfigurationAdmin):
    inlines = (*IntacctConfigurationAdmin.inlines, SmartEventInline)
    readonly_fields = (*IntacctConfigurationAdmin.readonly_fields, "package_file")

    def get_fieldsets(self, request: HttpRequest, obj: IntacctConfiguration | None = None) -> Any:
        """The tabs in the guide's order: General, Defaults, Custom package."""
        fieldsets = super().get_fieldsets(request, obj)
        tab = (_("Custom package"), {"classes": ("tab",), "fields": ("package_file",)})
        return [*fieldsets[:2], tab, *fieldsets[2:]]

    def get_inlines(self, request: HttpRequest, obj: IntacctConfiguration | None = None) -> Any:
        return self.inlines if obj is not None else IntacctConfigurationAdmin.inlines

    @display(description=_("Custom package file"))
    def package_file(self, configuration: IntacctConfiguration) -> Any:
        return render_to_string(
            "admin/mapping/package_file.html",
            {"configuration": configuration, "package": package_state(configuration) if configuration.pk else None},
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The grid has all its rows, however the configuration was made, and also after an update brought objects."""
        configuration = self.get_object(request, object_id)
        if configuration is not None and self.has_change_permission(request, configuration):
            ensure_smart_events(configuration=configuration)
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[Any]:
        return [
            path(
                "<int:pk>/custom-package/",
                self.admin_site.admin_view(self.download_package),
                name="configuration_intacctconfiguration_custom_package",
            ),
            *super().get_urls(),
        ]

    def download_package(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file. It holds a secret: only for who may change the configuration."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        configuration = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            package = make_package(configuration=configuration, actor=request.user.get_username())
        except SecretUnreadable as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:configuration_intacctconfiguration_change", pk)
        return HttpResponse(
            package.content,
            content_type="application/xml",
            headers={"Content-Disposition": f'attachment; filename="{package.name}"', "Cache-Control": "no-store"},
        )
