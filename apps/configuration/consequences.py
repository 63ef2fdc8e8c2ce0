"""What turning Sage Intacct off means for companies."""

from apps.options.consequences import Consequence
from apps.organisation.models import Company


def ledger_postings_stop() -> Consequence | None:
    """AP/AR posting to the ledger ends for companies of legislations that have it, French and German ones as
    delivered (guide, "Activate Sage Intacct integration")."""
    companies = Company.objects.filter(legislation__posts_ap_ar_to_ledger=True, is_active=True)
    named = tuple(str(company) for company in companies.order_by("code"))
    if not named:
        return None
    return Consequence("This also deactivates AP/AR postings to the general ledger for:", named)
