"""Why a document fails, for a reader outside: never Intacct's own words, an ID or a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.delivery.problems import ProblemKind
from apps.intacct.error_catalogue import error_catalogue

COMPANY_ADDS = _("Ask your contact at the company to add it in Sage Intacct. The document is then sent again.")
COMPANY_CORRECTS = _("Ask your contact at the company to correct the document. It is then sent again.")
PORTAL_ACTS = _("Nothing: whoever runs the portal has to act.")


@dataclass(frozen=True)
class Reason:
    """What is in the way, and what the reader can do about it."""

    words: Any
    to_do: Any


REASONS: Mapping[str, Reason] = {
    "period_closed": Reason(
        _("The accounting period is closed in Sage Intacct."),
        _("Ask your contact at the company to open the period, or to give the document a later date."),
    ),
    "company_locked": Reason(
        _("The company is locked in Sage Intacct, so nothing can be posted to it."),
        _("Ask your contact at the company to unlock it."),
    ),
    "customer_missing": Reason(_("A customer is missing in Sage Intacct."), COMPANY_ADDS),
    "supplier_missing": Reason(_("A supplier is missing in Sage Intacct."), COMPANY_ADDS),
    "item_missing": Reason(_("An item is missing in Sage Intacct."), COMPANY_ADDS),
    "account_missing": Reason(_("An account of the general ledger is missing in Sage Intacct."), COMPANY_ADDS),
    "dimension_missing": Reason(_("A dimension value is missing in Sage Intacct."), COMPANY_ADDS),
    "record_missing": Reason(_("A record that the document refers to is missing in Sage Intacct."), COMPANY_ADDS),
    "inactive": Reason(
        _("A record that the document uses is not active in Sage Intacct."),
        _("Ask your contact at the company to activate it. The document is then sent again."),
    ),
    "on_hold": Reason(
        _("The customer or supplier is on hold in Sage Intacct."),
        _("Ask your contact at the company whether the hold can be lifted."),
    ),
    "account_restricted": Reason(
        _("Sage Intacct does not allow this account for the document."),
        _("Ask your contact at the company to choose another account or to lift the restriction."),
    ),
    "dimension_required": Reason(_("The document lacks a dimension that its account requires."), COMPANY_CORRECTS),
    "unbalanced": Reason(_("Debits and credits of the document are not equal."), COMPANY_CORRECTS),
    "number_taken": Reason(
        _("Sage Intacct already has a document with this number."),
        _("Ask your contact at the company whether it is the same document, or give it another number."),
    ),
    "supplier_number_missing": Reason(
        _("The supplier's own document number is missing."),
        _("Tell your contact at the company the number that is printed on the supplier's document."),
    ),
    "tax": Reason(_("The tax of the document does not fit the company's set-up."), COMPANY_CORRECTS),
    "content": Reason(_("Something in the document is missing or not as Sage Intacct needs it."), COMPANY_CORRECTS),
    "set_up": Reason(_("The connection is not set up for this document."), PORTAL_ACTS),
    "differs": Reason(
        _("Sage Intacct has this document, but with other content."),
        _("Ask your contact at the company which of the two is right."),
    ),
    "unclear": Reason(_("It is not known yet whether Sage Intacct has this document."), PORTAL_ACTS),
    "not_sent": Reason(_("The document could not be sent."), PORTAL_ACTS),
    "refused": Reason(
        _("Sage Intacct did not take the document."),
        _("Ask whoever runs the portal: the details are shown there."),
    ),
}
"""By the topic that the error catalogue gives, and by what follows from the kind of the problem."""

OF_KIND: Mapping[str, str] = {
    ProblemKind.REFUSED: "refused",
    ProblemKind.MASTER_DATA: "record_missing",
    ProblemKind.DUPLICATE: "differs",
    ProblemKind.CONFLICT: "differs",
    ProblemKind.UNRESOLVED: "unclear",
    ProblemKind.POISON: "not_sent",
    ProblemKind.NOT_RENDERED: "set_up",
    ProblemKind.GIVEN_UP: "not_sent",
}
SET_UP_CODES = frozenset({"entity_closed", "not_sendable"})


def reason_of(problem: Mapping[str, Any] | None) -> Reason:
    """The reason behind a delivery's stored problem. What is not known is said in general words."""
    return REASONS[_topic(problem or {})]


def _topic(problem: Mapping[str, Any]) -> str:
    if problem.get("code") in SET_UP_CODES:
        return "set_up"
    topics = error_catalogue().topics
    of_errors = [
        topics.get(str(error.get("meaning")), "")
        for error in problem.get("errors") or ()
        if error.get("errorno") == problem.get("code")
    ]
    topic = next(filter(None, of_errors), "")
    return topic if topic in REASONS else OF_KIND.get(str(problem.get("kind")), "refused")
