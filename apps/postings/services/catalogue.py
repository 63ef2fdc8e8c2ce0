"""What checking needs to know of companies, sites, accounts, entry types and maps: read once for many documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.configuration.selectors import country_grid
from apps.dimensions.defaults import Defaults
from apps.dimensions.line_check import OF_INTACCT, OF_SITES
from apps.dimensions.models import AttributeCode
from apps.dimensions.models.attribute import key_of_attribute
from apps.dimensions.rules import AnalyticalRules, analytical_rules
from apps.foundation.wording import in_english
from apps.mapping.object_maps import ObjectMap, document_maps
from apps.masterdata.models import Account, TaxDetail
from apps.organisation.models import Company, Site
from apps.postings.document import DocumentInput
from apps.postings.services.account_determination import determine
from apps.postings.services.account_rules import AccountRules, read_rules
from apps.postings.services.default_dimensions import fill_in, read_defaults
from apps.postings.services.waiting import missing_of
from apps.postings.taxes import TaxRate


@dataclass(frozen=True)
class Catalogue:
    """The records that some documents refer to, by code; what the viewer may not see is not in it."""

    companies: dict[str, Company]
    sites: dict[str, Site]
    accounts: dict[str, Account]
    rules: AccountRules
    maps: dict[str, ObjectMap]
    credit_note_objects: Mapping[str, str]
    defaults: Defaults
    analysis: AnalyticalRules
    level: IntegrationLevel
    levels: Mapping[str, IntegrationLevel]
    """By country, where they are another than the configuration's."""
    tax_rates: Mapping[str, TaxRate]
    tax_solutions: Mapping[str, str]
    """Intacct's, by country; not read where no line names a tax detail."""
    missing: Mapping[str, str]
    """Records that Intacct does not have yet, with why (`waiting.missing_of`)."""

    def is_at_top_level(self, company: Company) -> bool:
        """Where a document of the company is posted that is accepted now."""
        return self.levels.get(company.legislation.country, self.level) == IntegrationLevel.TOP

    def journal_for(self, company: Company, document_type: str, object_name: str) -> str:
        """The journal's symbol; empty where no journal entry type says it."""
        return self.rules.entry_types.journal(company.legislation_id, document_type, object_name)


@in_english
def catalogue_for(documents: Iterable[DocumentInput], viewer: Viewer, connection: IntacctConfiguration) -> Catalogue:
    """At most fifteen queries, however many documents and lines; seven more where accounts are to be determined.

    Of what nothing refers to, nothing is read: no tax, no dimension, no attribute, no customer, supplier or item.
    """
    documents = list(documents)
    defaults = read_defaults(documents)
    # What defaults give is judged as what lines name.
    documents = [fill_in(document, defaults).document for document in documents]
    company_codes = {document.company for document in documents}
    seen = Company.objects.visible_to(viewer).filter(code__in=company_codes).select_related("legislation").order_by()
    companies = {one.code: one for one in seen}
    naming_contra = {code for code, one in companies.items() if one.legislation.posts_ap_ar_to_ledger}
    rules = read_rules(documents, naming_contra)
    documents = [determine(document, rules).document for document in documents]
    site_codes = {line.site for document in documents for line in document.lines if line.site}
    site_codes |= {document.financial_site for document in documents}
    lines = [line for document in documents for line in document.lines]
    site_codes |= {line.attributes[code] for line in lines for code in OF_SITES if code in line.attributes}
    accounts = {line.account for document in documents for line in document.lines if line.account}
    grid = country_grid(connection)
    tax_details = {line.tax.detail for line in lines if line.tax}
    maps = document_maps()
    return Catalogue(
        companies=companies,
        sites={
            one.code: one
            for one in Site.objects.visible_to(viewer)
            .filter(company__code__in=company_codes, code__in=site_codes)
            .select_related("financial_site")
            .order_by()
        },
        accounts={one.number: one for one in Account.objects.filter(number__in=accounts).order_by()},
        rules=rules,
        maps=maps.maps,
        credit_note_objects=maps.credit_note_objects,
        defaults=defaults,
        level=IntegrationLevel(connection.integration_level),
        levels=grid.levels,
        tax_rates=tax_rates(tax_details),
        tax_solutions=grid.tax_solutions() if tax_details else {},
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


def tax_rates(codes: set[str]) -> dict[str, TaxRate]:
    """What is known of these tax details and of all reverse charges. One query; none for no code.

    The second half of a reverse charge is the one detail of the same solution and kind with the opposite rate: Intacct
    does not say which it is (dmo-facts 4.7).
    """
    if not codes:
        return {}
    details = list(TaxDetail.objects.filter(Q(code__in=codes) | Q(is_reverse_charge=True), is_active=True))
    return {
        one.code: TaxRate(
            code=one.code,
            rate=one.rate,
            tax_type=one.tax_type,
            solution=one.tax_solution,
            is_reverse_charge=one.is_reverse_charge,
            pair=_pair_of(one, details) if one.is_reverse_charge else "",
            account=one.account,
        )
        for one in details
    }


def _pair_of(detail: TaxDetail, details: Iterable[TaxDetail]) -> str:
    pairs = [
        one.code
        for one in details
        if one.is_reverse_charge
        and one.pk != detail.pk
        and (one.tax_solution, one.tax_type) == (detail.tax_solution, detail.tax_type)
        and one.rate is not None
        and detail.rate is not None
        and one.rate == -detail.rate
    ]
    return pairs[0] if len(pairs) == 1 else ""
