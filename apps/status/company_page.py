"""Everything that a company's status page and the list of companies show, in a constant number of queries."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from apps.access.viewer import Viewer
from apps.foundation.live import LivePart, stamp_of
from apps.organisation.models import Company
from apps.status.company_figures import CompanyFigures, company_figures
from apps.status.failing import FailingPage, failing_page
from apps.status.figures import freshness
from apps.status.health import Health, health_of
from apps.status.models import Notice
from apps.status.trend import Trend, trend_of

HISTORY = datetime.timedelta(days=30)
SECONDS_BETWEEN = 30
LOOKS_FOR_SECONDS = 60 * 60


@dataclass(frozen=True)
class CompanyNow:
    """What is refreshed by itself: health and counts."""

    company: Company
    health: Health
    figures: CompanyFigures
    as_of: datetime.datetime | None

    def live(self, address: str) -> LivePart:
        """The part of the page that asks `address` whether something is new."""
        figures = self.figures
        shown = (self.health, figures.today, figures.week, figures.month, self.as_of)
        return LivePart(
            name="company-now",
            url=address,
            template="status/company_now.html",
            stamp=stamp_of(shown),
            is_open=True,
            said=str(self.health.meaning),
            seconds=SECONDS_BETWEEN,
            looks_for=LOOKS_FOR_SECONDS,
        )


@dataclass(frozen=True)
class CompanyPage:
    now: CompanyNow
    trend: Trend
    failing: FailingPage
    current: list[Notice]
    past: list[Notice]
    shows_amounts: bool

    @property
    def company(self) -> Company:
        return self.now.company


@dataclass(frozen=True)
class CompanyRow:
    """One company of the list."""

    company: Company
    health: Health
    figures: CompanyFigures


@dataclass(frozen=True)
class CompanyList:
    """`current`: what is going on, each with the names of those of the companies that it is for; empty: for all."""

    rows: list[CompanyRow]
    current: list[tuple[Notice, str]]
    as_of: datetime.datetime | None


def company_named(viewer: Viewer, code: str) -> Company | None:
    """One of the viewer's companies; None for every other."""
    return Company.objects.visible_to(viewer).filter(code=code).first()


def company_list(viewer: Viewer) -> CompanyList:
    """The viewer's companies, each with its health and figures."""
    companies = list(Company.objects.visible_to(viewer).order_by("name", "code"))
    keys = [company.pk for company in companies]
    current = current_notices(viewer.company_ids)
    health, figures = health_of(keys, current), company_figures(keys)
    rows = [CompanyRow(company, health[company.pk], figures[company.pk]) for company in companies]
    named = [(notice, _names(notice, companies)) for notice in current]
    return CompanyList(rows=rows, current=named, as_of=freshness().as_of)


def _names(notice: Notice, seen: list[Company]) -> str:
    """Only companies that the reader sees anyway."""
    concerned = {company.pk for company in notice.companies.all()}
    return "" if notice.all_companies else ", ".join(one.name for one in seen if one.pk in concerned)


def company_now(company: Company) -> CompanyNow:
    return _now(company, current_notices(frozenset({company.pk})))


def company_page(viewer: Viewer, company: Company, *, document_type: str, after: str) -> CompanyPage:
    current = current_notices(frozenset({company.pk}))
    now = _now(company, current)
    return CompanyPage(
        now=now,
        trend=trend_of(now.figures.days),
        failing=failing_page(viewer, company, document_type=document_type, after=after),
        current=current,
        past=_past_notices(company),
        shows_amounts=viewer.shows_amounts,
    )


def current_notices(company_ids: frozenset[int] | None) -> list[Notice]:
    """What is going on now or is planned, the newest first, with companies and updates: three queries."""
    notices = Notice.objects.for_companies(company_ids).current(timezone.now())
    return list(notices.prefetch_related("companies", "updates"))


def _now(company: Company, current: list[Notice]) -> CompanyNow:
    figures = company_figures([company.pk])[company.pk]
    return CompanyNow(company, health_of([company.pk], current)[company.pk], figures, freshness().as_of)


def _past_notices(company: Company) -> list[Notice]:
    now = timezone.now()
    notices = Notice.objects.for_companies(frozenset({company.pk})).over_since(now - HISTORY, now)
    return list(notices.prefetch_related("updates"))
