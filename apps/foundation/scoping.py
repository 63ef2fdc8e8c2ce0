"""Rows of my companies only: one queryset method."""

from typing import Any, Protocol, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Scope(Protocol):
    """Whoever looks: `company_ids` is None for all companies, else the primary keys of those he may see."""

    @property
    def company_ids(self) -> frozenset[int] | None: ...


class ScopedQuerySet(models.QuerySet[M, M]):
    """A queryset of a model that belongs to a company (`company_path` names the way to it)."""

    company_path = "company"

    def visible_to(self, viewer: Scope) -> Self:
        """The rows of the viewer's companies: what is not his is not there for him."""
        if viewer.company_ids is None:
            return self
        condition: dict[str, Any] = {f"{self.company_path}__in": viewer.company_ids}
        return self.filter(**condition)
