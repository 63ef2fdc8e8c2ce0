"""The *Smart Events to generate* grid and what was changed in mappings, in the file of the set-up."""

import secrets

from apps.foundation.portable import Portable, register
from apps.mapping.models import FieldMapping, ObjectMapping, SmartEvent


def _renewed(row: ObjectMapping, is_new: bool) -> str:
    """Workers read the map anew."""
    row.revision = secrets.token_hex(16)
    return ""


def _renews_its_mapping(row: FieldMapping, is_new: bool) -> str:
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
            rule=_renews_its_mapping,
        ),
    )
