"""The history of the configuration: who changed what, from what to what, without secrets."""

from collections.abc import Mapping, Sequence

from apps.configuration.models import IntacctConfiguration
from apps.foundation import audit
from apps.foundation.changes import in_words
from apps.foundation.wording import in_english


@in_english
def configuration_saved(
    *,
    configuration: IntacctConfiguration,
    actor: str,
    created: bool,
    changes: Mapping[str, Mapping[str, str]],
    removed: Sequence[str] = (),
) -> None:
    """Write down what a save changed; nothing where it changed nothing. Call it in the save's transaction."""
    if not (created or changes or removed):
        return
    audit.record(
        audit.Event(
            actor=actor,
            action="configuration_created" if created else "configuration_changed",
            subject_type="configuration",
            subject_id=str(configuration.pk),
            subject_label=configuration.code,
            detail={
                "changes": changes,
                "note": "" if created else in_words(changes),
                **({"removed": list(removed)} if removed else {}),
            },
        )
    )
