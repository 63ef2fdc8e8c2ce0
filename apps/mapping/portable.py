"""The *Smart Events to generate* grid in the file of the set-up."""

from apps.foundation.portable import Portable, register
from apps.mapping.models import SmartEvent


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
        )
    )
