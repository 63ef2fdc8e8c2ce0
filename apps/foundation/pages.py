"""Pages of a list, by the place of their last row: stable however many rows share a date."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q
from django.utils.encoding import force_str
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param


@dataclass(frozen=True)
class _Place:
    """Where a page begins: beyond the row with these values, forwards or backwards."""

    ordering: tuple[str, ...]
    backwards: bool
    values: tuple[str, ...]

    def token(self) -> str:
        content = json.dumps([list(self.ordering), self.backwards, list(self.values)], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode()


class PortalCursorPagination(CursorPagination):
    """`{"results", "next", "previous"}`, 1 to 500 a page (contract section 5); never counts.

    DRF's cursor counts rows that share the first field's value, up to a thousand, and trusts what it is given. This
    one names the last row's values of every ordering field, so that ten thousand documents of one day have their
    pages too; and a cursor of another ordering is refused (404).
    """

    ordering: str | tuple[str, ...] = "-created_at"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.address = request.build_absolute_uri()
        ordering = self.get_ordering(request, queryset, view)
        self.names = _with_key((ordering,) if isinstance(ordering, str) else tuple(ordering), queryset.model)
        size = self.get_page_size(request)
        place = self._asked_for(request)
        backwards = place is not None and place.backwards
        names = tuple(_turned(name) for name in self.names) if backwards else self.names
        rows = queryset.order_by(*names)
        if place is not None:
            rows = rows.filter(_beyond(names, _values(place.values, names, queryset.model)))
        found = list(rows[: size + 1])
        more = len(found) > size
        self.rows = found[:size]
        if backwards:
            self.rows.reverse()
        self.has_next = bool(self.rows) and (more if not backwards else True)
        self.has_previous = bool(self.rows) and (more if backwards else place is not None)
        return self.rows

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        size = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0
        if not 1 <= size <= self.max_page_size:
            words = f"A page has 1 to {self.max_page_size} of them."
            raise exceptions.ValidationError({self.page_size_query_param: [words]})
        return size

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        example = "https://portal.example/api/v1/postings/?cursor=W1siLWNyZWF0ZWRfYXQi"
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "Follow it until it is null.", "examples": [example]},
                "previous": {**link, "description": "The page before; null on the first one."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        text = {"type": "string"}
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            {"name": self.cursor_query_param, "in": "query", "required": False, "schema": text},
            {"name": self.page_size_query_param, "in": "query", "required": False, "schema": size},
        ]

    def get_next_link(self) -> str | None:
        return self._link(self.rows[-1], backwards=False) if self.has_next else None

    def get_previous_link(self) -> str | None:
        return self._link(self.rows[0], backwards=True) if self.has_previous else None

    def _link(self, row: Any, *, backwards: bool) -> str:
        values = tuple(_text(getattr(row, name.lstrip("-"))) for name in self.names)
        token = _Place(self.names, backwards, values).token()
        return str(replace_query_param(self.address, self.cursor_query_param, token))

    def _asked_for(self, request: Request) -> _Place | None:
        token = request.query_params.get(self.cursor_query_param)
        if token is None:
            return None
        try:
            ordering, backwards, values = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
            place = _Place(tuple(ordering), bool(backwards), tuple(force_str(value) for value in values))
            "".join(place.values).encode()
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise exceptions.NotFound(self.invalid_cursor_message) from None
        if place.ordering != self.names or len(place.values) != len(self.names) or "\x00" in "".join(place.values):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return place


def _with_key(names: tuple[str, ...], model: type[Model]) -> tuple[str, ...]:
    """The ordering, made unambiguous by the primary key."""
    key = model._meta.pk.name
    if any(name.lstrip("-") in (key, "pk") for name in names):
        return names
    return (*names, f"-{key}" if names[-1].startswith("-") else key)


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _values(texts: tuple[str, ...], names: tuple[str, ...], model: type[Model]) -> list[Any]:
    try:
        return [_field(model, name.lstrip("-")).to_python(text) for name, text in zip(names, texts, strict=True)]
    except (ValidationError, FieldDoesNotExist, ValueError, OverflowError):
        raise exceptions.NotFound(PortalCursorPagination.invalid_cursor_message) from None


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    found = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not isinstance(found, Field):
        raise FieldDoesNotExist(name)
    return found


def _beyond(names: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after these values: `a > 1 or (a = 1 and b > 2)`; the first part again in front, for an index."""
    beyond, equal = Q(), Q()
    for name, value in zip(names, values, strict=True):
        field, comparison = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{field}__{comparison}": value})
        equal &= Q(**{field: value})
    first, comparison = names[0].lstrip("-"), "lte" if names[0].startswith("-") else "gte"
    return Q(**{f"{first}__{comparison}": values[0]}) & beyond
