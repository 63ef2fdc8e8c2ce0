"""The *Smart Events to generate* grid and what was changed in mappings, in the file of the set-up."""

import secrets

from django.core.exceptions import ValidationError

from apps.foundation.portable import Portable, register
from apps.mapping.effective import FieldChange, changes_of
from apps.mapping.models import FieldMapping, MappedKind, ObjectMapping, SmartEvent
from apps.mapping.services.object_mapping import flaws_of


def _renewed(row: ObjectMapping, is_new: bool) -> str:
    """Workers read the map anew."""
    row.revision = secrets.token_hex(16)
    return ""


def _works_and_renews_its_mapping(row: FieldMapping, is_new: bool) -> str:
    """The page's own rules: what could not work is not taken."""
    change = FieldChange(MappedKind(row.kind), row.value)
    flaws = flaws_of(row.mapping, {**changes_of(row.mapping.object_name).fields, row.field: change})
    # A field that the other tenant's Intacct has and this one was not asked about is for a person to look at later.
    wrong = [one.detail for one in flaws if one.pointer == f"/fields/{row.field}" and one.code != "unknown_field"]
    if wrong:
        raise ValidationError(wrong[0])
    ObjectMapping.objects.filter(pk=row.mapping_id).update(revision=secrets.token_hex(16))
    return ""


def declare() -> None:
    register(
        Portable(
            section="smart_events",
            label="Smart Event",
            order=100,
            model=SmartEvent,
            kind="smart_event",
            natural_key=("configuration", "object_name"),
            fields=("is_on", "on_add", "on_set", "on_delete"),
            references={"configuration": "code"},
        ),
        Portable(
            section="object_mappings",
            label="Object mapping",
            order=95,
            model=ObjectMapping,
            kind="mapping",
            natural_key=("object_name",),
            fields=("direction", "include_private"),
            is_created=False,
            rule=_renewed,
        ),
        Portable(
            section="field_mappings",
            label="Mapped field",
            order=96,
            model=FieldMapping,
            kind="field_mapping",
            natural_key=("mapping", "field"),
            fields=("kind", "value"),
            references={"mapping": "object_name"},
            rule=_works_and_renews_its_mapping,
        ),
    )
