"""What checking needs to know of companies, sites, accounts, journals and maps: read once for many documents."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.access.viewer import Viewer
from apps.dimensions.defaults import Defaults
from apps.dimensions.line_check import OF_INTACCT, OF_SITES
from apps.dimensions.models import AttributeCode
from apps.dimensions.models.attribute import key_of_attribute
from apps.dimensions.rules import AnalyticalRules, analytical_rules
from apps.mapping.object_maps import ObjectMap, object_maps
from apps.masterdata.models import Account
from apps.organisation.models import Company, Site
from apps.postings.document import DocumentInput
from apps.postings.models import JournalEntryType
from apps.postings.services.default_dimensions import fill_in, read_defaults
from apps.postings.services.waiting import missing_of


@dataclass(frozen=True)
class Catalogue:
    """The records that some documents refer to, by code; what the viewer may not see is not in it."""

    companies: dict[str, Company]
    sites: dict[str, Site]
    accounts: dict[str, Account]
    journals: dict[tuple[str, str], str]
    maps: dict[str, ObjectMap]
    defaults: Defaults
    analysis: AnalyticalRules
    missing: dict[str, str]
    """Records that Intacct does not have yet, with why (`waiting.missing_of`)."""


def catalogue_for(documents: Iterable[DocumentInput], viewer: Viewer) -> Catalogue:
    """Twelve queries, however many documents and lines."""
    documents = list(documents)
    defaults = read_defaults(documents)
    # What defaults give is judged as what lines name.
    documents = [fill_in(document, defaults).document for document in documents]
    company_codes = {document.company for document in documents}
    site_codes = {line.site for document in documents for line in document.lines if line.site}
    site_codes |= {document.financial_site for document in documents}
    lines = [line for document in documents for line in document.lines]
    site_codes |= {line.attributes[code] for line in lines for code in OF_SITES if code in line.attributes}
    accounts = {line.account for document in documents for line in document.lines if line.account}
    companies = Company.objects.visible_to(viewer).filter(code__in=company_codes).select_related("legislation")
    return Catalogue(
        companies={one.code: one for one in companies},
        sites={
            one.code: one
            for one in Site.objects.visible_to(viewer)
            .filter(company__code__in=company_codes, code__in=site_codes)
            .select_related("financial_site")
        },
        accounts={one.number: one for one in Account.objects.filter(number__in=accounts)},
        journals={(one.document_type, one.target_object): one.journal for one in JournalEntryType.objects.all()},
        maps=object_maps(),
        defaults=defaults,
        missing=missing_of(documents),
        analysis=analytical_rules(
            companies=company_codes,
            attributes={
                (code, key_of_attribute(code, line.attributes[code], line.attributes.get(AttributeCode.PROJECT, "")))
                for line in lines
                for code in OF_INTACCT
                if code in line.attributes
            },
            dimensions={named for line in lines for named in line.dimensions.items()},
        ),
    )
