"""Faults that can be armed (contract section 6): which request meets which, and what is done to the answer's tree."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from lxml import etree

from apps.sandbox.documents import Call
from apps.sandbox.models import ArmedFault

BEFORE_WORK = frozenset({"timeout_before", "reset_before", "concurrency_429", "redirect"})
ON_THE_WIRE = frozenset(
    {
        "timeout_after", "reset_after", "truncate", "garbage", "wrong_charset", "huge", "late_apply", "wrong_type",
        "dribble", "gzip_bomb", "doctype",
    }
)  # fmt: skip
ON_THE_ANSWER = frozenset(
    {
        "reorder",
        "drop_result",
        "duplicate_result",
        "foreign_result",
        "no_record_no",
        "comment_in_amount",
        "endpoint_swap",
    }
)
ON_THE_WORK = frozenset({"error", "session_expired", "stale_read", "slow", "http_status"})
KINDS = BEFORE_WORK | ON_THE_WIRE | ON_THE_ANSWER | ON_THE_WORK


class FaultRefused(ValueError):
    """A fault that the sandbox does not know."""


@dataclass(frozen=True)
class Met:
    """The fault that a request met."""

    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)
    match: dict[str, str] = field(default_factory=dict)

    def milliseconds(self, default: int = 60_000) -> int:
        return int(self.parameters.get("ms", default))

    def concerns(self, call: Call) -> bool:
        """Whether a function of the request is one that the fault was armed for."""
        return _fits(self.match, call)


NOTHING = Met("")


def arm(faults: Sequence[Any]) -> None:
    """Arm faults. Raises `FaultRefused`; then none is armed."""
    rows = []
    for fault in faults:
        if not isinstance(fault, dict) or fault.get("kind") not in KINDS:
            raise FaultRefused(f"A fault has a kind, one of: {', '.join(sorted(KINDS))}.")
        match = fault.get("match") or {}
        if not isinstance(match, dict) or not set(match) <= {"object", "function"}:
            raise FaultRefused('"match" may have "object" and "function".')
        rows.append(
            ArmedFault(
                kind=fault["kind"],
                match=match,
                times=_count(fault, "times", 1),
                after=_count(fault, "after", 0),
                parameters={
                    name: value for name, value in fault.items() if name not in ("kind", "match", "times", "after")
                },
            )
        )
    ArmedFault.objects.bulk_create(rows)


def _count(fault: dict[str, Any], name: str, default: int) -> int:
    number = fault.get(name, default)
    if type(number) is not int or number < 0:
        raise FaultRefused(f'"{name}" is a whole number, zero or more.')
    return number


def shown() -> list[dict[str, Any]]:
    """What is armed, with how often it was met."""
    return [
        {
            "match": one.match,
            "kind": one.kind,
            "times": one.times,
            "after": one.after,
            "hits": one.hits,
            **one.parameters,
        }
        for one in ArmedFault.objects.all()
    ]


def meet(calls: Sequence[Call], *, in_session: bool) -> Met:
    """The first armed fault that fits one of the request's functions; it is used up by one.

    A fault waits for a request that it can happen to: a session ends only where one is used, and an address is
    swapped only where one is given.
    """
    with transaction.atomic(using="sandbox"):
        for fault in ArmedFault.objects.filter(times__gt=0):
            if not any(_fits(fault.match, call) for call in calls) or not _can_happen(fault.kind, calls, in_session):
                continue
            if fault.after > 0:
                ArmedFault.objects.filter(pk=fault.pk).update(after=F("after") - 1)
                continue
            ArmedFault.objects.filter(pk=fault.pk).update(times=F("times") - 1, hits=F("hits") + 1)
            return Met(fault.kind, fault.parameters, fault.match)
    return NOTHING


def _fits(match: dict[str, str], call: Call) -> bool:
    wanted = match.get("object", call.object_name).upper()
    return match.get("function", call.name) == call.name and wanted == call.object_name


def _can_happen(kind: str, calls: Sequence[Call], in_session: bool) -> bool:
    if kind == "endpoint_swap":
        return any(call.name == "getAPISession" for call in calls)
    return in_session or kind != "session_expired"


def change_answer(met: Met, response: etree._Element) -> None:
    """Faults of the answer's content."""
    operation = response.find("operation")
    if operation is None:
        return
    results = operation.findall("result")
    if met.kind == "reorder":
        for result in results:
            operation.remove(result)
        for result in reversed(results):
            operation.append(result)
    elif met.kind == "drop_result" and results:
        operation.remove(results[int(met.parameters.get("index", -1))])
    elif met.kind == "duplicate_result" and results:
        twin = copy.deepcopy(results[0])
        if met.parameters.get("different"):
            for number in twin.iter("RECORDNO", "key"):
                number.text = f"{number.text}9"
        operation.append(twin)
    elif met.kind == "foreign_result":
        foreign = copy.deepcopy(results[0]) if results else etree.SubElement(operation, "result")
        for control_id in foreign.iter("controlid"):
            control_id.text = "somebody-elses-function"
        operation.append(foreign)
    elif met.kind == "no_record_no":
        for number in list(response.iter("RECORDNO", "key")):
            parent = number.getparent()
            if parent is not None:
                parent.remove(number)
    elif met.kind == "comment_in_amount":
        for number in response.iter("RECORDNO", "key", "TRX_TOTALENTERED", "TRX_AMOUNT"):
            text = number.text or "00"
            number.text = text[:1]
            comment = etree.Comment(" c ")
            comment.tail = text[1:]
            number.append(comment)
    elif met.kind == "endpoint_swap":
        for endpoint in response.iter("endpoint"):
            endpoint.text = met.parameters.get("endpoint", "https://gateway.evil.test/ia/xml/xmlgw.phtml")
