"""From an answer to outcomes: one for each function asked, matched by control ID, never by position."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from lxml import etree

from apps.intacct.errors import FunctionRefused
from apps.intacct.parsing import AnswerParts, ResultPart, Unclear, leaf, single
from apps.intacct.records import Record
from apps.intacct.redaction import Secrets, redact
from apps.intacct.structure import (
    DimensionInfo,
    FieldInfo,
    RelationshipInfo,
    TypeInfo,
    read_dimensions,
    read_fields,
    read_types,
)

_ONE_OBJECT = frozenset({"create", "update"})
_ROWS = frozenset({"get_list", "query", "readByQuery", "readMore", "read", "readByName"})
_STRUCTURE = frozenset({"lookup", "inspect"})


@dataclass(frozen=True)
class Asked:
    """What an answer is held against."""

    control_id: str
    function: str
    object_name: str | None = None


@dataclass(frozen=True)
class ApiSession:
    """What getAPISession gives (protocol 2.8)."""

    session_id: str = field(repr=False)
    endpoint: str
    location_id: str


@dataclass(frozen=True)
class Done:
    """The function had its effect, or was answered. A create without record number has None there."""

    control_id: str
    function: str
    object_name: str | None = None
    record_no: str | None = None
    record_url: str | None = None
    key: str | None = None
    rows: tuple[Record, ...] = ()
    total: int | None = None
    remaining: int | None = None
    result_id: str | None = None
    fields: tuple[FieldInfo, ...] = ()
    relationships: tuple[RelationshipInfo, ...] = ()
    types: tuple[TypeInfo, ...] = ()
    dimensions: tuple[DimensionInfo, ...] = ()
    session: ApiSession | None = None


@dataclass(frozen=True)
class Missing:
    """No usable result for this function: its effect is not known."""

    control_id: str
    reason: str = "The answer holds no result for this function."


@dataclass(frozen=True)
class Conflicting:
    """Results that contradict each other or what was asked: a person must look."""

    control_id: str
    outcomes: tuple["Done | FunctionRefused | Missing", ...]
    reason: str = "The answer holds different results for this function."


Outcome: TypeAlias = Done | FunctionRefused | Missing | Conflicting


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    outcomes: tuple[Outcome, ...]
    foreign: tuple[str, ...]
    http_status: int
    acknowledged: bool = False
    control_id: str = ""
    """The request's, as the answer echoes it: what an asynchronous answer is known by (protocol 2.5)."""
    session_seconds: float | None = field(default=None, compare=False)
    _root: etree._Element | None = field(default=None, repr=False, compare=False)
    _secrets: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def response_for(self, control_id: str) -> str:
        """The answer's document, whole and redacted, with only this function's results in it."""
        if self._root is None:
            return ""
        root = copy.deepcopy(self._without_results)
        for operation, results in zip(root.findall("operation"), self._results, strict=True):
            for at, result in results.get(control_id, ()):
                operation.insert(at, copy.deepcopy(result))
        return redact(root, secrets=self._secrets)

    @cached_property
    def _without_results(self) -> etree._Element:
        """The answer's frame, copied for each function: the results of a hundred others are not."""
        assert self._root is not None  # noqa: S101  asked before
        root = copy.deepcopy(self._root)
        for operation in root.findall("operation"):
            for result in operation.findall("result"):
                operation.remove(result)
        return root

    @cached_property
    def _results(self) -> list[dict[str, list[tuple[int, etree._Element]]]]:
        """For each operation, by control ID: its results, each with its place among what is no result of another."""
        assert self._root is not None  # noqa: S101  asked before
        found = []
        for operation in self._root.findall("operation"):
            results: dict[str, list[tuple[int, etree._Element]]] = {}
            place = 0
            for child in operation:
                if child.tag != "result":
                    place += 1
                    continue
                own = results.setdefault(child.findtext("controlid") or "", [])
                own.append((place + len(own), child))
            found.append(results)
        return found


def match_outcomes(
    answer: AnswerParts, asked: Sequence[Asked], *, http_status: int, secrets: Sequence[str] = ()
) -> Exchange:
    """Give each function its outcome; what nobody asked for is named in `foreign`."""
    ours = {one.control_id for one in asked}
    by_id: dict[str, list[ResultPart]] = {control_id: [] for control_id in ours}
    foreign = []
    for part in answer.results:
        if part.control_id in ours:
            by_id[part.control_id].append(part)
        else:
            foreign.append(part.control_id)
    return Exchange(
        outcomes=tuple(_outcome(one, by_id[one.control_id], http_status) for one in asked),
        foreign=tuple(foreign),
        http_status=http_status,
        acknowledged=answer.acknowledged,
        control_id=(answer.root.findtext("control/controlid") or "").strip(),
        session_seconds=answer.session_seconds,
        _root=answer.root,
        _secrets=Secrets(secrets),
    )


def _outcome(asked: Asked, parts: Sequence[ResultPart], http_status: int) -> Outcome:
    if not parts:
        return Missing(asked.control_id)
    read = [_read_result(asked, part, http_status) for part in parts]
    different = [one for number, one in enumerate(read) if one not in read[:number]]
    if len(different) == 1:
        return different[0]
    flat: list[Done | FunctionRefused | Missing] = []
    for one in different:
        flat.extend(one.outcomes if isinstance(one, Conflicting) else (one,))
    return Conflicting(asked.control_id, tuple(flat))


def _read_result(asked: Asked, part: ResultPart, http_status: int) -> Outcome:
    if part.unclear:
        return Missing(asked.control_id, "The result for this function can be read in two ways.")
    if part.status in {"failure", "aborted"}:
        return FunctionRefused(asked.control_id, part.errors, aborted=part.status == "aborted", http_status=http_status)
    if part.status != "success":
        return Missing(asked.control_id, "The result has a status that is neither success nor failure.")
    try:
        done, objects = _read_success(asked, part)
    except Unclear:
        return Missing(asked.control_id, "The result for this function can be read in two ways.")
    if part.errors:
        return Conflicting(asked.control_id, (done,), "The result says success and carries errors.")
    if part.function != asked.function:
        return Conflicting(
            asked.control_id, (done,), f"The result is for {part.function!r}, not for {asked.function!r}."
        )
    expected = (asked.object_name or "").casefold()
    if expected and any(name.casefold() != expected for name in objects):
        return Conflicting(asked.control_id, (done,), f"The result is not for {asked.object_name!r}.")
    return done


def _read_success(asked: Asked, part: ResultPart) -> tuple[Done, tuple[str, ...]]:
    """The result's content and the object names it gives itself."""
    data = single(part.element, "data")
    key = leaf(part.element, "key").strip() or None
    function, control_id = part.function, asked.control_id
    if function in _ONE_OBJECT:
        rows = tuple(Record.from_element(child) for child in data) if data is not None else ()
        if len(rows) > 1:
            raise Unclear
        names = tuple(row.object_name for row in rows)
        record = rows[0] if rows else Record("")
        return (
            Done(
                control_id,
                function,
                object_name=names[0] if names else asked.object_name,
                record_no=_record_number(record),
                record_url=(record.text("RECORD_URL") or "").strip() or None,
                key=key,
                rows=rows,
            ),
            names,
        )
    if function in _ROWS and data is not None:
        return _read_rows(asked, function, data)
    if function in _STRUCTURE and data is not None:
        fields, relationships = read_fields(data)
        return (
            Done(
                control_id,
                function,
                object_name=asked.object_name,
                fields=fields,
                relationships=relationships,
                types=read_types(data),
            ),
            (),
        )
    if function == "getDimensions" and data is not None:
        return Done(control_id, function, dimensions=read_dimensions(data)), ()
    session = _read_session(data) if function == "getAPISession" else None
    # The key of a legacy creator of transactions is the record number (protocol 2.2, 4.7).
    return Done(control_id, function, asked.object_name, record_no=key, key=key, session=session), ()


def _read_rows(asked: Asked, function: str, data: etree._Element) -> tuple[Done, tuple[str, ...]]:
    rows = tuple(Record.from_element(child) for child in data)
    count = _number(data.get("count"))
    if count is not None and len(rows) < count:
        # A page that announces more rows than it holds proves nothing about what is not in it.
        raise Unclear
    names = {row.object_name for row in rows}
    if listed := (data.get("listtype") or ""):
        names.add(listed)
    done = Done(
        asked.control_id,
        function,
        object_name=asked.object_name,
        rows=rows,
        total=_number(data.get("totalcount")),
        remaining=_number(data.get("numremaining")),
        result_id=data.get("resultId") or None,
    )
    return done, tuple(sorted(names))


def _record_number(record: Record) -> str | None:
    numbers = [value for name, value in record.fields if name.casefold() == "recordno"]
    # Custom objects and user-defined dimensions have `id` instead (protocol 3.2).
    numbers = numbers or [value for name, value in record.fields if name == "id"]
    if len(numbers) != 1 or not isinstance(numbers[0], str):
        return None
    return numbers[0].strip() or None


def _read_session(data: etree._Element | None) -> ApiSession | None:
    api = single(data, "api") if data is not None else None
    if api is None:
        return None
    found = ApiSession(
        session_id=leaf(api, "sessionid").strip(),
        endpoint=leaf(api, "endpoint").strip(),
        location_id=leaf(api, "locationid").strip(),
    )
    return found if found.session_id and found.endpoint else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
