"""The demo company: a small manufacturer of pumps and valves, connected to the sandbox gateway."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from apps.access.models import ApiKey
from apps.access.roles import Role
from apps.access.services.clients import create_client
from apps.access.services.partners import give_companies
from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.foundation.audit import AuditEntry
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import ChartOfAccounts, Company, Legislation, Site
from apps.organisation.selectors import default_chart
from apps.status.models import Notice, NoticeKind
from integration_portal.demo.accounts import load_posting_classes
from integration_portal.environment import forget_secret, kept_secret

ACTOR = "demo"
COMPANIES = {
    "100": ("Northfield Pumps & Valves Inc.", "US", "USD"),
    "200": ("Northfield Pumps & Valves Ltd", "GB", "GBP"),
    "300": ("Northfield Pompes et Vannes SAS", "FR", "EUR"),
    "400": ("Northfield Pumpen und Ventile GmbH", "DE", "EUR"),
}
SITES = {
    "100-WH1": ("100", "Albany warehouse", {"is_stock": True, "is_sales": True, "is_purchase": True}),
    "100-WH2": ("100", "Buffalo warehouse", {"is_stock": True, "is_sales": True}),
    "100-MFG": ("100", "Albany plant", {"is_stock": True, "is_manufacturing": True}),
    "200-WH1": ("200", "Leeds warehouse", {"is_stock": True, "is_sales": True, "is_purchase": True}),
    "300-WH1": ("300", "Lyon warehouse", {"is_stock": True, "is_sales": True, "is_purchase": True}),
    "400-WH1": ("400", "Essen warehouse", {"is_stock": True, "is_sales": True, "is_purchase": True}),
}
TAKES_PREPAYMENTS = ("100", "200")
AT_ENTITY_LEVEL = ("FR",)
"""Countries whose documents are posted in the entity; the others at the top level."""

PEOPLE = {
    "admin": Role.INTEGRATION_ADMIN,
    "operator": Role.OPERATOR,
    "auditor": Role.AUDITOR,
    "partner": Role.PARTNER,
}
OF_THE_PARTNER = ("100", "200")
"""Companies that the demo's partner sees on the status pages."""


@dataclass(frozen=True)
class Login:
    name: str
    password: str
    what: str


@transaction.atomic
def load_company(*, endpoint: str) -> None:
    """Companies, sites and the connection to the sandbox. What is there stays as it is, but for the endpoint."""
    for code, (name, legislation, currency) in COMPANIES.items():
        rules = Legislation.objects.get(code=legislation)
        company, _ = Company.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "legislation": rules,
                "chart_of_accounts": default_chart(rules),
                "currency": currency,
                "uses_ar_prepayments": code in TAKES_PREPAYMENTS,
            },
        )
        Site.objects.get_or_create(
            code=code, defaults={"company": company, "name": f"{name}, head office", "is_financial": True}
        )
    for code, (company_code, name, kinds) in SITES.items():
        Site.objects.get_or_create(
            code=code,
            defaults={
                "company": Company.objects.get(code=company_code),
                "name": name,
                "financial_site": Site.objects.get(code=company_code),
                **kinds,
            },
        )
    load_posting_classes()
    if not AuditEntry.objects.filter(subject_type="option", subject_id=OptionCode.SAGE_INTACCT).exists():
        switch(code=OptionCode.SAGE_INTACCT, on=True, actor=ACTOR)  # once: somebody may have turned it off since
    configuration, created = IntacctConfiguration.objects.get_or_create(
        code="SANDBOX",
        defaults={
            "is_active": not IntacctConfiguration.objects.filter(is_active=True).exists(),
            "endpoint_url": endpoint,
            "company_id": "SANDBOX",
            "user_id": "xml_gateway",
            "user_password": "sandbox",
            "sender_password": "sandbox",
            "call_deadline_seconds": 5,
            "processing_horizon_seconds": 10,
            "legislation": Legislation.objects.get(code="US"),
            "chart_of_accounts": ChartOfAccounts.objects.filter(legislation__code="US", is_default=True).first(),
        },
    )
    if created:
        for country in AT_ENTITY_LEVEL:
            configuration.countries.create(country=country, integration_level=IntegrationLevel.ENTITY)
    if not created and configuration.endpoint_url != endpoint:
        configuration.endpoint_url = endpoint
        configuration.save(update_fields=["endpoint_url"])


def load_people() -> list[Login]:
    """The demo logins. Their passwords are made once on this machine and kept in `var/`."""
    users = get_user_model()
    logins = []
    for name, role in PEOPLE.items():
        password = kept_secret(f"demo_{name}_password", lambda: secrets.token_urlsafe(9))
        user, created = users.objects.get_or_create(
            username=name,
            defaults={"is_staff": role != Role.PARTNER, "is_superuser": role == Role.INTEGRATION_ADMIN},
        )
        if created:
            user.set_password(password)
            user.save()
            user.groups.add(Group.objects.get(name=role.value))
            if role == Role.PARTNER:
                companies = Company.objects.filter(code__in=OF_THE_PARTNER)
                give_companies(user=user, companies=companies, shows_amounts=False, actor=ACTOR)
        logins.append(Login(name, password, str(role.label)))
    return logins


def load_notice() -> None:
    """What the demo's status pages announce, unless somebody wrote something else."""
    if not Notice.objects.exists():
        Notice.objects.create(
            kind=NoticeKind.ANNOUNCEMENT,
            title="The status of your documents is now on this page",
            text="See here whether documents reach Sage Intacct, and what is in the way of those that do not.\n"
            "Figures are counted each minute. Questions? Ask your contact at the company.",
            is_published=True,
        )


def load_rest_client() -> str:
    """The key of the demo's REST client for its companies: made once, kept in `var/`."""

    def make() -> str:
        return create_client(name="demo ERP", role=Role.REST_CLIENT, company_codes=list(COMPANIES), actor=ACTOR).key

    key = kept_secret("demo_api_key", make)
    prefix = key.partition(".")[0]
    if not ApiKey.objects.filter(prefix=prefix).exists():
        # Another database than the one the kept key belongs to: that key is of no use here.
        forget_secret("demo_api_key")
        key = kept_secret("demo_api_key", make)
    return key
