"""Companies and sites."""

import factory

from apps.organisation.models import Company, Legislation, Site


class LegislationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Legislation
        django_get_or_create = ("code",)

    code = "US"
    name = "United States"
    country = "US"
    currency = "USD"


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company
        django_get_or_create = ("code",)

    code = "100"
    name = "Northfield Pumps & Valves Inc."
    legislation = factory.SubFactory(LegislationFactory)
    currency = "USD"


class FinancialSiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site
        django_get_or_create = ("code",)

    company = factory.SubFactory(CompanyFactory)
    code = factory.SelfAttribute("company.code")
    name = "Head office"
    is_financial = True


class WarehouseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site
        django_get_or_create = ("code",)

    company = factory.SubFactory(CompanyFactory)
    code = factory.LazyAttribute(lambda site: f"{site.company.code}-WH1")
    name = "Warehouse"
    is_stock = True
    financial_site = factory.SubFactory(FinancialSiteFactory, company=factory.SelfAttribute("..company"))
