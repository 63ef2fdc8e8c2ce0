"""A client's keys: rotated with an overlap, shown once, revoked one by one."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from apps.access.models import ApiClient, ApiKey
from apps.access.selectors import KeyState, keys_of
from apps.access.services.keys import DEFAULT_OVERLAP, Rotation, revoke_key, rotate_key
from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.errors import PortalError

_HOUR = datetime.timedelta(hours=1)
OVERLAPS = (
    (0, _("It ends at once")),
    (1, _("It works for another hour")),
    (24, _("It works for another day")),
    (7 * 24, _("It works for another 7 days")),
)


class RotationForm(forms.Form):
    overlap = forms.TypedChoiceField(
        label=_("The old key"),
        choices=OVERLAPS,
        coerce=int,
        initial=DEFAULT_OVERLAP // _HOUR,
        widget=UnfoldAdminRadioSelectWidget(),
    )
    replaces = forms.CharField(required=False, widget=forms.HiddenInput())


def rotation_page(admin: PortalModelAdmin, request: HttpRequest, client: ApiClient) -> HttpResponse:
    """Asks how long the old key works, then shows the new one, once."""
    keys = keys_of(client)
    current = next((key for key in keys if key.state == KeyState.CURRENT), None)
    form = RotationForm(
        request.POST if "confirmed" in request.POST else None, initial={"replaces": current.prefix if current else ""}
    )
    if form.is_valid():
        try:
            made = rotate_key(
                client=client,
                overlap=form.cleaned_data["overlap"] * _HOUR,
                replaces=form.cleaned_data["replaces"],
                actor=request.user.get_username(),
            )
        except PortalError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:access_apiclient_change", client.reference)
        return show_key(admin, request, client, made.key, rotation=made)
    return TemplateResponse(
        request,
        "admin/access/rotate_key.html",
        {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "title": _("A new key for %s") % client.name,
            "form": form,
            "current": current,
            "ending": next((key for key in keys if key.state == KeyState.ENDING), None),
            "back": reverse("admin:access_apiclient_change", args=[client.reference]),
        },
    )


def show_key(
    admin: PortalModelAdmin, request: HttpRequest, client: ApiClient, key: str, *, rotation: Rotation | None = None
) -> HttpResponse:
    """The key in the answer itself: it is kept nowhere, not even until the next page."""
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("The key of %s") % client.name,
        "client": client,
        "key": key,
        "rotation": rotation,
    }
    response = TemplateResponse(request, "admin/access/new_key.html", context)
    response["Cache-Control"] = "no-store"
    return response


def revoke_key_page(admin: PortalModelAdmin, request: HttpRequest, client: ApiClient, prefix: str) -> HttpResponse:
    """Asks first: a revoked key never works again."""
    key = ApiKey.objects.usable().filter(client=client, prefix=prefix).first()
    if key is None:
        raise Http404
    back = reverse("admin:access_apiclient_change", args=[client.reference])
    if "confirmed" not in request.POST:
        return admin.confirmation(
            request,
            title=_("Revoke the key %s…?") % prefix,
            words=_(
                "Requests with this key are refused from now on; the client's other key, if it has one, works on. This "
                "can't be undone. The client itself stays: it can be given a new key."
            ),
            button=_("Yes, revoke this key"),
            back=back,
        )
    revoke_key(key=key, actor=request.user.get_username())
    messages.success(request, _("The key %s… is revoked.") % prefix)
    return redirect(back)
