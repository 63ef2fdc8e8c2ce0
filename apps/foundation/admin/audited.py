"""An admin page whose every change goes to the audit trail: who, what, old and new."""

from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.changes import record_change, snapshot


class AuditedModelAdmin(PortalModelAdmin):
    """Creates, changes and deletes one row at a time, each with its audit entry in the same transaction.

    `audited_as` is the kind of the entries. What decides for others stays as it was created: `fixed_fields`.
    """

    audited_as = ""
    fixed_fields: tuple[str, ...] = ("code",)
    actions: Any = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return given if obj is None else (*given, *(name for name in self.fixed_fields if name not in given))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was delivered would come back with the next load."""
        return super().has_delete_permission(request, obj) and not getattr(obj, "is_delivered", False)

    def audited_values(self, row: Any) -> dict[str, str]:
        """What of a row is compared."""
        return snapshot(row)

    def audited_company(self, row: Any) -> str:
        """The company's ID, for rows that belong to one."""
        return ""

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        request.audited_before = self._stored(obj) if change else None  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: "ModelForm[Any]", formsets: Any, change: bool) -> None:
        """After the row and its lines are saved, so that one entry tells of both."""
        super().save_related(request, form, formsets, change)
        self._record(request, form.instance, before=request.audited_before, after=self._stored(form.instance))  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        before, gone = self._stored(obj), self._fresh(obj)
        super().delete_model(request, obj)
        self._record(request, gone, before=before, after=None)

    def _fresh(self, obj: models.Model) -> Any:
        return self.model._default_manager.get(pk=obj.pk)

    def _stored(self, obj: models.Model) -> dict[str, str]:
        return self.audited_values(self._fresh(obj))

    def _record(self, request: HttpRequest, row: Any, *, before: Any, after: Any) -> None:
        record_change(
            actor=request.user.get_username(),
            kind=self.audited_as,
            row=row,
            before=before,
            after=after,
            company=self.audited_company(row),
        )
