"""Why a document is in error, in plain words that carry no figure of it: mails lie in mailboxes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.delivery.problems import ProblemKind

_REASONS = {
    ProblemKind.REFUSED: gettext_lazy("Sage Intacct refused the document."),
    ProblemKind.MASTER_DATA: gettext_lazy("Sage Intacct lacks a record that the document names."),
    ProblemKind.DUPLICATE: gettext_lazy("Sage Intacct holds the document more than once."),
    ProblemKind.CONFLICT: gettext_lazy("Sage Intacct holds a record for the document, but it differs."),
    ProblemKind.UNRESOLVED: gettext_lazy("It could not be found out whether Sage Intacct has the document."),
    ProblemKind.POISON: gettext_lazy("The worker died several times while it worked on the document."),
    ProblemKind.NOT_RENDERED: gettext_lazy("The document can't be written as Sage Intacct wants it."),
    ProblemKind.GIVEN_UP: gettext_lazy("Sending failed many times without effect."),
}


def reason_of(problem: Mapping[str, Any]) -> str:
    """What the problem of a delivery is. Intacct's own text is left out: it may quote the document."""
    errors = problem.get("errors") or []
    meaning = str(errors[0].get("meaning") or "") if errors else ""
    kind = str(problem.get("kind", ""))
    if meaning:
        return _(meaning)
    return str(_REASONS[ProblemKind(kind)]) if kind in set(ProblemKind) else _("It needs a person.")


def next_step_of(problem: Mapping[str, Any]) -> str:
    """What to do about it; empty where the problem does not say."""
    step = str(problem.get("next_step") or "")
    return _(step) if step else ""
