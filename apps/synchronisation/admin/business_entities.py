"""The page *Business entities* (guide): Intacct's entities beside companies and financial sites."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from apps.access.roles import Action
from apps.access.viewer import viewer_for_user
from apps.configuration.selectors import active_configuration
from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.errors import PortalError
from apps.masterdata.models import Entity
from apps.masterdata.selectors import BusinessEntity, EntityMatch, business_entities
from apps.organisation.selectors import legislation_of_country
from apps.synchronisation.models import RunState, SynchronisedObject
from apps.synchronisation.selectors import last_asked
from apps.synchronisation.services.inbound import synchronise

LOOKS = {
    EntityMatch.NO_ENTITY: {"tone": "danger", "icon": "cloud_off"},
    EntityMatch.NO_COMPANY: {"tone": "warning", "icon": "domain_add"},
    EntityMatch.NO_FINANCIAL_SITE: {"tone": "warning", "icon": "add_business"},
    EntityMatch.CURRENCY_DIFFERS: {"tone": "danger", "icon": "currency_exchange"},
    EntityMatch.MATCHES: {"tone": "success", "icon": "check_circle"},
}


@dataclass(frozen=True)
class Way:
    """Where somebody puts a row right."""

    words: str = ""
    link: str = ""


@admin.register(Entity)
class BusinessEntityAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[Any]:
        ask = path("ask/", self.admin_site.admin_view(self.ask_view), name="masterdata_entity_ask")
        return [ask, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Both lists side by side, with what does not match."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows, asked = business_entities(), last_asked(SynchronisedObject.ENTITY)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Business entities"),
            "page_title": _("Business entities"),
            "opts": self.opts,
            "rows": [_shown(row, request) for row in rows],
            "wrong": sum(row.match != EntityMatch.MATCHES for row in rows),
            "asked_at": asked.at,
            "failed": asked.failed,
            "may_ask": self._may_ask(request),
        }
        return TemplateResponse(request, "admin/masterdata/business_entities.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An entity has no page of its own."""
        return redirect("admin:masterdata_entity_changelist")

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """Asks Intacct for all its entities, at the top level."""
        refused = self.to_be_posted(request, allowed=self._may_ask(request))
        if refused is not None:
            return refused
        page = redirect("admin:masterdata_entity_changelist")
        try:
            run = synchronise(
                connection=active_configuration(),
                wanted=SynchronisedObject.ENTITY,
                started_by=request.user.get_username(),
            )
        except PortalError as refusal:
            messages.error(request, str(refusal))
            return page
        if run.state == RunState.FINISHED:
            messages.success(request, _("Intacct listed %d entities.") % run.done)
        return page

    def _may_ask(self, request: HttpRequest) -> bool:
        return viewer_for_user(request.user).may(Action.SYNCHRONISE)


def _shown(row: BusinessEntity, request: HttpRequest) -> dict[str, Any]:
    return {
        "code": row.code,
        "entity": row.entity,
        "company": row.company,
        "site": row.site,
        "look": LOOKS[row.match],
        "label": row.match.label,
        "words": row.words,
        "way": _way(row, request),
    }


def _way(row: BusinessEntity, request: HttpRequest) -> Way:
    """A filled-in form for what is missing; for what is only wrong, the name in its column links to it."""
    if row.match == EntityMatch.NO_COMPANY and not row.company and request.user.has_perm("organisation.add_company"):
        return Way(_("Create the company"), _form("company", row, **_proposed(row)))
    if row.match == EntityMatch.NO_FINANCIAL_SITE and not row.site and request.user.has_perm("organisation.add_site"):
        company = row.company.pk if row.company else ""
        return Way(_("Create the financial site"), _form("site", row, company=str(company), is_financial="on"))
    return Way()


def _proposed(row: BusinessEntity) -> dict[str, str]:
    """What the entity tells of its company."""
    if row.entity is None:
        return {}
    legislation = legislation_of_country(row.entity.country)
    known = {"legislation": str(legislation.pk)} if legislation else {}
    return {"currency": row.entity.currency, **known}


def _form(model: str, row: BusinessEntity, **more: str) -> str:
    name = row.entity.name if row.entity else row.code
    return f"{reverse(f'admin:organisation_{model}_add')}?{urlencode({'code': row.code, 'name': name, **more})}"
