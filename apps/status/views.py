"""Status pages inside the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.access.roles import Action
from apps.access.viewer import viewer_for_user
from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.foundation.live import answer_poll
from apps.status.attention import read_situation
from apps.status.connection import connection_status
from apps.status.now import now_of


def now(request: HttpRequest) -> HttpResponse:
    """The first page's poll: what needs a person and the tiles, where something changed."""
    viewer = viewer_for_user(request.user)
    if not viewer.may(Action.SEE_POSTINGS):
        raise PermissionDenied
    shown = now_of(read_situation(), viewer, request.user.has_perm)
    return answer_poll(request, shown.live, lambda: {"now": shown})


def connection(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The status view of a configuration; without a key, of the active one."""
    if not viewer_for_user(request.user).may(Action.SEE_STATUS):
        raise PermissionDenied
    # Passwords are not needed here, and one that can't be read must not close this page.
    configurations = IntacctConfiguration.objects.defer(*secret_fields())
    context: dict[str, Any] = {**admin.site.each_context(request), "title": _("Status of the connection")}
    configuration: IntacctConfiguration | None = configurations.filter(is_active=True).first()
    if pk is not None:
        configuration = get_object_or_404(configurations, pk=pk)
    if configuration is not None:
        context["status"] = connection_status(configuration)
        context["may_configure"] = request.user.has_perm("configuration.view_intacctconfiguration")
    return TemplateResponse(request, "admin/status/connection.html", context)
