"""A page that activates a type, or shows first what deactivating it means."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from apps.dimensions.consequences import of_deactivating
from apps.dimensions.services.types import set_active
from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.errors import PortalError


class SwitchesTypes(PortalModelAdmin):
    """Whether a type is active is changed on its page, by a button."""

    change_form_outer_before_template = "admin/dimensions/switch.html"

    def may_switch(self, request: HttpRequest, type_: Any = None) -> bool:
        return bool(request.user.has_perm(f"dimensions.change_{self.opts.model_name}"))

    def get_urls(self) -> list[Any]:
        name = f"dimensions_{self.opts.model_name}_switch"
        return [
            path("<slug:code>/switch/", self.admin_site.admin_view(self.switch_view), name=name),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        type_ = self.get_object(request, object_id)
        shown = {
            "type": type_,
            "may_switch": type_ is not None and self.may_switch(request, type_),
            "switch_url": reverse(f"admin:dimensions_{self.opts.model_name}_switch", args=[type_.pk]) if type_ else "",
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def switch_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """Turns it on at once; off only after what it means was seen."""
        refused = self.to_be_posted(request, allowed=self.may_switch(request))
        if refused is not None:
            return refused
        type_ = get_object_or_404(self.model, pk=code)
        page = reverse(f"admin:dimensions_{self.opts.model_name}_change", args=[type_.pk])
        active = not type_.is_active
        if not active and "confirmed" not in request.POST:
            meaning = of_deactivating(type_)
            return self.confirmation(
                request,
                title=_("Deactivate %(type)s?") % {"type": type_},
                words=_("It can be activated again at any time. This is what it means now:")
                if meaning
                else _("No open line, account or company uses it now. It can be activated again at any time."),
                button=_("Deactivate"),
                back=page,
                subjects=meaning,
            )
        try:
            set_active(type_=type_, active=active, actor=request.user.get_username())
            words = _("%(type)s is active.") if active else _("%(type)s is not active any more.")
            messages.success(request, words % {"type": type_})
        except PortalError as refusal:
            messages.error(request, str(refusal))
        return redirect(page)
