"""What a delivery in `error` tells a person: a kind, a sentence, a next step, and Intacct's own words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from apps.delivery.deliverables import CannotRender
from apps.intacct import ErrorKind, FunctionRefused, GatewayError, IntacctError


class ProblemKind(StrEnum):
    REFUSED = "refused"
    MASTER_DATA = "master_data"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    UNRESOLVED = "unresolved"
    POISON = "poison"
    NOT_RENDERED = "not_rendered"
    GIVEN_UP = "given_up"


LOOK_UP_FIRST = frozenset({ProblemKind.CONFLICT, ProblemKind.DUPLICATE, ProblemKind.UNRESOLVED, ProblemKind.POISON})
"""Kinds after which it is not proven that nothing is in Intacct: a retry asks before it sends."""


@dataclass(frozen=True)
class Problem:
    kind: ProblemKind
    code: str
    detail: str
    next_step: str
    errors: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value}


def gateway_errors(errors: Sequence[GatewayError]) -> list[dict[str, Any]]:
    """Intacct's errors as the contract gives them (5.1)."""
    return [
        {
            "errorno": one.errorno,
            "description": one.description,
            "description2": one.description2,
            "correction": one.correction,
            "meaning": one.meaning,
            "next_step": one.next_step,
        }
        for one in errors
    ]


def refused(refusal: FunctionRefused) -> Problem:
    """Intacct refused the document: nothing was created."""
    primary = refusal.primary
    kind = ProblemKind.MASTER_DATA if primary.kind == ErrorKind.MASTER_DATA else ProblemKind.REFUSED
    text = primary.description2 or primary.description
    return Problem(
        kind=kind,
        code=primary.errorno,
        detail=f"{primary.meaning} Intacct says: {text}" if text else primary.meaning,
        next_step=primary.next_step,
        errors=gateway_errors(refusal.errors),
    )


def request_refused(error: IntacctError) -> Problem:
    """The gateway, or our own client, refused a request that held only this document."""
    return Problem(
        ProblemKind.REFUSED,
        error.errors[0].errorno if error.errors else "not_sendable",
        str(error),
        error.next_step,
        errors=gateway_errors(error.errors),
    )


def cannot_render(reason: CannotRender) -> Problem:
    return Problem(ProblemKind.NOT_RENDERED, "not_rendered", reason.detail, reason.next_step)


def entity_closed(entity: str) -> Problem:
    return Problem(
        ProblemKind.REFUSED,
        "entity_closed",
        f"Intacct does not let the API user work in entity {entity}. Nothing was sent.",
        "In Sage Intacct, check that the entity exists under this ID and that the web services user has access to it "
        "(Company > Admin > Users, roles & groups > Web Services users > User entities). Then retry.",
    )


def poison(crashes: int) -> Problem:
    return Problem(
        ProblemKind.POISON,
        "poison",
        f"The worker died {crashes} times while it worked on this document. It is not sent again by itself.",
        "Look at the worker's log for this document, then retry; Intacct is asked before anything is sent.",
    )


def given_up(tries: int, last: str) -> Problem:
    return Problem(
        ProblemKind.GIVEN_UP,
        "given_up",
        f"Sending failed {tries} times without effect. The last time: {last}",
        "Test the connection. When it works, retry.",
    )


def conflict(record_no: str, differences: Sequence[str]) -> Problem:
    return Problem(
        ProblemKind.CONFLICT,
        "conflict",
        f"Intacct holds record {record_no} for this document, but it differs: {'; '.join(differences)}.",
        "Compare both in Intacct. Correct or delete the record there, then retry; Intacct is asked again first.",
    )


def duplicate(record_numbers: Sequence[str]) -> Problem:
    return Problem(
        ProblemKind.DUPLICATE,
        "duplicate",
        f"Intacct holds this document {len(record_numbers)} times: records {', '.join(record_numbers)}.",
        "Reverse or delete the extra ones in Intacct, then retry; Intacct is asked again first.",
    )


def unresolved(why: str) -> Problem:
    return Problem(
        ProblemKind.UNRESOLVED,
        "unresolved",
        f"It could not be found out whether Intacct has this document. {why}",
        "Search for the document number in Intacct, then retry; Intacct is asked again first.",
    )
