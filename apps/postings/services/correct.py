"""Correcting what a posting in error is analysed by, and sending it again (dmo-facts 6.5).

Only what does not change a value may be corrected: dimensions, attributes, and the supplier's document number. Amounts,
accounts and dates belong to the ERP.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from apps.access.viewer import Viewer
from apps.delivery.models import Delivery
from apps.delivery.problems import LOOK_UP_FIRST
from apps.delivery.services import retry as deliveries
from apps.delivery.states import Outcome, State
from apps.dimensions.line_check import AnalysedLine, LineFacts, line_flaws
from apps.dimensions.models import AttributeCode
from apps.dimensions.models.attribute import key_of_attribute
from apps.dimensions.rules import analytical_rules
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.postings.document_types import Part, part_of
from apps.postings.errors import NotCorrectable
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.postings.models.target_document import CORRECTABLE_BESIDE


class Corrected(StrEnum):
    """What of a posting is corrected."""

    DIMENSION = "dimensions"
    ATTRIBUTE = "attributes"
    SUPPLIER_DOCUMENT_NUMBER = "supplier_document_number"


@dataclass(frozen=True)
class Correction:
    """One value to be given. `code`: the dimension or attribute type; empty for the supplier's document number.

    Lines: those without a value, or all with `replaces`; with `account`, only lines on that account.
    """

    what: Corrected
    value: str
    code: str = ""
    account: str = ""
    replaces: bool = False

    def concerns(self, line: PostingLine) -> bool:
        there = getattr(line, self.what).get(self.code) or ""
        if self.account and line.account != self.account:
            return False
        return (self.replaces or not there) and there != self.value


@dataclass(frozen=True)
class Outcomes:
    """How many postings were corrected and sent again, and why the others were not, in words."""

    corrected: int
    refused: tuple[str, ...]


@in_english
def correct_many(*, postings: Sequence[Posting], correction: Correction, viewer: Viewer) -> Outcomes:
    """Correct each posting that can be, each on its own."""
    corrected, refused = 0, []
    for posting in postings:
        try:
            correct(posting=posting, correction=correction, viewer=viewer)
        except NotCorrectable as refusal:
            refused.append(refusal.detail)
        else:
            corrected += 1
    return Outcomes(corrected, tuple(refused))


@in_english
@transaction.atomic
def correct(*, posting: Posting, correction: Correction, viewer: Viewer) -> None:
    """Give the value where it is missing, keep what was there in the history, and send what was refused again.

    It is rendered anew under a new control ID. Of several Intacct documents only those are corrected that Intacct does
    not have. Raises `NotCorrectable` unless it definitely has nothing of them, or where nothing would change.
    """
    parts = list(TargetDocument.objects.filter(posting=posting).select_related("delivery").order_by("delivery"))
    refused = _refused(posting, [part.delivery for part in parts])
    posted = {part.part for part in parts if part.delivery.state == State.POSTED}
    changes = (
        _number_changes(posting, correction, posted)
        if correction.what == Corrected.SUPPLIER_DOCUMENT_NUMBER
        else _line_changes(posting, correction, posted)
    )
    if not changes:
        raise NotCorrectable(
            f"{posting}: there is no line to correct.",
            next_step="Every line that is meant has a value already. Tick Replace to give it another one.",
        )
    audit.record(
        audit.Event(
            actor=viewer.label,
            action="posting_corrected",
            subject_type="posting",
            subject_id=posting.pk,
            subject_label=str(posting),
            detail={"changes": changes, "note": "; ".join(_words(name, one) for name, one in changes.items())},
        )
    )
    for delivery in refused:
        if not deliveries.retry(delivery=delivery, actor=viewer.label):
            raise NotCorrectable(f"{posting} is not in error any more.", next_step="Reload it to see its state.")


def _refused(posting: Posting, parts: Sequence[Delivery]) -> list[Delivery]:
    """Those in error; beside them only what is posted, or held behind them, so that none is on its way meanwhile."""
    refused = [part for part in parts if part.state == State.ERROR]
    if not refused or any(part.state not in CORRECTABLE_BESIDE for part in parts):
        raise NotCorrectable(
            f"{posting} is not in error.",
            next_step="Only a posting in error can be corrected. One that is posted is corrected by its reversal.",
        )
    for part in refused:
        unproven = (part.problem or {}).get("kind") in LOOK_UP_FIRST
        if unproven and part.attempts.exclude(outcome=Outcome.REFUSED).exists():
            raise NotCorrectable(
                f"{posting}: it is not certain that Sage Intacct has nothing of it.",
                next_step="Retry it first: Intacct is asked. Correct it once Intacct has refused it.",
            )
    return refused


def _number_changes(posting: Posting, correction: Correction, posted: Collection[str]) -> dict[str, dict[str, str]]:
    if Part.DOCUMENT in posted:
        return {}
    stored = Posting.objects.select_for_update().get(pk=posting.pk)
    before = stored.supplier_document_number
    if not stored.supplier or before == correction.value or (before and not correction.replaces):
        return {}
    stored.supplier_document_number = correction.value
    stored.save(update_fields=["supplier_document_number"])
    return {"supplier document number": {"old": before, "new": correction.value}}


def _line_changes(posting: Posting, correction: Correction, posted: Collection[str]) -> dict[str, dict[str, str]]:
    changes: dict[str, dict[str, str]] = {}
    stored = posting.lines.select_for_update(of=("self",)).select_related("site__financial_site")
    lines = [
        line
        for line in stored
        if correction.concerns(line) and part_of(posting.document_type, line.movement_type) not in posted
    ]
    for line in lines:
        values = getattr(line, correction.what)
        name = f"line {line.index + 1}, {correction.code.replace('_', ' ')}"
        changes[name] = {"old": values.get(correction.code) or "", "new": correction.value}
        setattr(line, correction.what, {**values, correction.code: correction.value})
    _require_known(posting, lines, correction)
    PostingLine.objects.bulk_update(lines, [correction.what])
    return changes


def _require_known(posting: Posting, lines: Sequence[PostingLine], correction: Correction) -> None:
    """The value is judged as on submit; what else a line may lack is for the next correction."""
    rules = analytical_rules(
        companies={posting.company.code},
        attributes={
            (code, key_of_attribute(code, value, line.attributes.get(AttributeCode.PROJECT) or ""))
            for line in lines
            for code, value in line.attributes.items()
        },
        dimensions={named for line in lines for named in line.dimensions.items()},
    )
    for line in lines:
        analysed = AnalysedLine(
            company=posting.company.code,
            account=None,
            facts=LineFacts(line.site, line.item, posting.customer, posting.supplier),
            attributes=line.attributes,
            dimensions=line.dimensions,
        )
        for flaw in line_flaws(analysed, rules, ""):
            if flaw.pointer == f"/{correction.what}/{correction.code}":
                raise NotCorrectable(
                    f"{posting}, line {line.index + 1}: {flaw.detail}", next_step="Give another value."
                )


def _words(name: str, change: dict[str, str]) -> str:
    return f"{name}: {change['old'] or 'none'} → {change['new']}"
