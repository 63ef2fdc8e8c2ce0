"""What a form changed, for the history: field, old value, new value, and never a secret."""

from collections.abc import Collection
from typing import Any

from django.forms import BaseForm

from apps.foundation.wording import in_english

SECRET = "(secret)"  # noqa: S105  what the history shows instead of one


@in_english
def changes_of(form: BaseForm, *, secrets: Collection[str] = ()) -> dict[str, dict[str, str]]:
    """`{field: {"old", "new"}}` of a valid form's changed fields, in words as people see them."""
    changes = {}
    for name in form.changed_data:
        field = form.fields[name]
        if name in secrets:
            changes[name] = {"old": SECRET, "new": SECRET}
            continue
        before = form.get_initial_for_field(field, name)
        queryset = getattr(field, "queryset", None)
        if queryset is not None and before is not None and not hasattr(before, "pk"):
            before = queryset.model._default_manager.filter(pk=before).first()
        changes[name] = {"old": _words(before, field), "new": _words(form.cleaned_data.get(name), field)}
    return changes


def _words(value: Any, field: Any) -> str:
    choices = dict(getattr(field, "choices", ())) if getattr(field, "queryset", None) is None else {}
    return "" if value is None else str(choices.get(value, value))
