"""What checking needs to know of companies, sites, accounts, entry types and maps: read once for many documents."""

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
from apps.postings.services.account_determination import determine
from apps.postings.services.account_rules import AccountRules, read_rules
from apps.postings.services.default_dimensions import fill_in, read_defaults


@dataclass(frozen=True)
class Catalogue:
    """The records that some documents refer to, by code; what the viewer may not see is not in it."""

    companies: dict[str, Company]
    sites: dict[str, Site]
    accounts: dict[str, Account]
    rules: AccountRules
    maps: dict[str, ObjectMap]
    defaults: Defaults
    analysis: AnalyticalRules

    def journal_for(self, company: Company, document_type: str, object_name: str) -> str:
        """The journal's symbol; empty where no journal entry type says it."""
        return self.rules.entry_types.journal(company.legislation_id, document_type, object_name)


def catalogue_for(documents: Iterable[DocumentInput], viewer: Viewer) -> Catalogue:
    """Eleven queries, however many documents and lines; seven more where accounts are to be determined."""
    documents = list(documents)
    defaults = read_defaults(documents)
    # What defaults give is judged as what lines name.
    documents = [fill_in(document, defaults).document for document in documents]
    rules = read_rules(documents)
    documents = [determine(document, rules).document for document in documents]
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
        rules=rules,
        maps=object_maps(),
        defaults=defaults,
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
