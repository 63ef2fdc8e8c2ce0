"""What the tests of postings share."""

import pytest

from apps.organisation.models import Company
from tests.factories.organisation import FinancialSiteFactory


@pytest.fixture
def other_site(company: Company) -> str:
    """The code of a second financial site of company 100."""
    return FinancialSiteFactory(company=company, code="110", name="Reno").code
