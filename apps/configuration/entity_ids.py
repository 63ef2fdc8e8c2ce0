"""Companies and financial sites beside the entities that the last test found (guide, "Business entities")."""

from collections.abc import Collection, Iterator

from apps.organisation.models import Company, Site

ENTITY_RULE = "The company ID and the financial site ID must be the same as the Entity ID in Sage Intacct."
MOST_ASKED = 1000


def entity_codes() -> list[str]:
    """The IDs that must be entities: of active companies, and of their active financial sites."""
    companies = Company.objects.filter(is_active=True).values_list("code", flat=True)
    sites = Site.objects.filter(is_active=True, is_financial=True, company__is_active=True)
    return sorted({*companies, *sites.values_list("code", flat=True)})[:MOST_ASKED]


def with_kind(codes: Collection[str]) -> list[str]:
    """What each ID is: a company (and its financial site), or another financial site."""
    companies = set(Company.objects.filter(code__in=codes).values_list("code", flat=True))
    return [f"{'company' if code in companies else 'financial site'} {code}" for code in codes]


def what_does_not_match(found: Collection[str]) -> Iterator[str]:
    """A sentence for each company or financial site that has not its counterparts, as things are now."""
    financial = {
        (site.company_id, site.code)
        for site in Site.objects.filter(is_active=True, is_financial=True).only("company_id", "code")
    }
    for company in Company.objects.filter(is_active=True).order_by("code"):
        if company.code not in found:
            yield f"No entity in Sage Intacct has the ID of company {company.code}."
        if (company.pk, company.code) not in financial:
            yield f"Company {company.code} has no financial site with the ID {company.code}."
    for site in Site.objects.filter(is_active=True, is_financial=True, company__is_active=True).order_by("code"):
        if site.code not in found and not Company.objects.filter(code=site.code, is_active=True).exists():
            yield f"No entity in Sage Intacct has the ID of financial site {site.code}."
