"""Entities of Sage Intacct beside companies and financial sites (guide, "Business entities")."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.masterdata.models import Entity
from apps.organisation.models import Company, Site


class EntityMatch(models.TextChoices):
    """How an ID stands on the three sides, in the order of what must be put right first."""

    NO_ENTITY = "no_entity", gettext_lazy("No entity in Intacct")
    NO_COMPANY = "no_company", gettext_lazy("No company")
    NO_FINANCIAL_SITE = "no_financial_site", gettext_lazy("No financial site")
    CURRENCY_DIFFERS = "currency_differs", gettext_lazy("Currency differs")
    MATCHES = "matches", gettext_lazy("Matches")


@dataclass(frozen=True)
class BusinessEntity:
    """One ID: what Intacct has, what the portal has, and what is wrong with it."""

    code: str
    entity: Entity | None
    company: Company | None
    site: Site | None
    match: EntityMatch
    words: str = ""


def match_entities(
    *, entities: Iterable[Entity], companies: Iterable[Company], sites: Iterable[Site]
) -> list[BusinessEntity]:
    """Both lists side by side, one row an ID, what needs a person first. Reads nothing: give it the rows.

    `sites` are the financial ones and whatever else has an entity's or a company's ID. An inactive row is shown, and
    counts as missing.
    """
    entity_of = {one.code: one for one in entities}
    company_of = {one.code: one for one in companies}
    site_of = {one.code: one for one in sites}
    rows = [
        _compared(code, entity_of.get(code), company_of.get(code), site_of.get(code))
        for code in {*entity_of, *company_of, *site_of}
    ]
    order = list(EntityMatch)
    return sorted(rows, key=lambda row: (order.index(row.match), row.code))


def business_entities() -> list[BusinessEntity]:
    """The comparison as things are now: three queries. Old entities that nothing here names are left out."""
    companies = list(Company.objects.select_related("legislation"))
    known = list(Entity.objects.all())
    named = {*(one.code for one in companies), *(one.code for one in known)}
    sites = Site.objects.filter(models.Q(is_financial=True) | models.Q(code__in=named)).select_related("company")
    rows = match_entities(entities=known, companies=companies, sites=sites)
    return [row for row in rows if row.company or row.site or (row.entity and row.entity.is_active)]


def _compared(code: str, entity: Entity | None, company: Company | None, site: Site | None) -> BusinessEntity:
    match, words = _judged(code, entity, company, site)
    return BusinessEntity(code=code, entity=entity, company=company, site=site, match=match, words=words)


def _judged(code: str, entity: Entity | None, company: Company | None, site: Site | None) -> tuple[EntityMatch, str]:
    if entity is None or not entity.is_active:
        return EntityMatch.NO_ENTITY, _no_entity(code, entity)
    if company is None or not company.is_active:
        return EntityMatch.NO_COMPANY, _("The company %s is inactive.") % code if company else ""
    if site is None or not site.is_active or not site.is_financial or site.company_id != company.pk:
        return EntityMatch.NO_FINANCIAL_SITE, _no_site(code, site, company)
    if entity.currency and entity.currency != company.currency:
        return (
            EntityMatch.CURRENCY_DIFFERS,
            _("%(entity)s in Sage Intacct, %(company)s here.")
            % {"entity": entity.currency, "company": company.currency},
        )
    return EntityMatch.MATCHES, ""


def _no_entity(code: str, entity: Entity | None) -> str:
    if entity is not None:
        return _("The entity %s is inactive in Sage Intacct, or gone.") % code
    return _("Documents of %s can't be posted until Sage Intacct has an entity of this ID.") % code


def _no_site(code: str, site: Site | None, company: Company) -> str:
    if site is None:
        return ""
    if site.company_id != company.pk:
        return _("The site %(code)s belongs to company %(company)s.") % {"code": code, "company": site.company.code}
    if not site.is_financial:
        return _("The site %s is there, but it isn't a financial site.") % code
    return _("The financial site %s is inactive.") % code
