"""A person says that a step of the guided set-up is done, where nothing can detect it."""

from django.db import transaction

from apps.configuration.checklist import check_of, steps
from apps.configuration.errors import UnknownStep
from apps.configuration.models import SetUpConfirmation
from apps.foundation import audit
from apps.foundation.wording import in_english


@in_english
@transaction.atomic
def confirm(*, key: str, done: bool, actor: str) -> None:
    """Tick or untick a step that nothing can detect. Raises `UnknownStep`, also for one that is detected."""
    step = next((one for one in steps() if one.key == key), None)
    if step is None or check_of(step) is not None:
        raise UnknownStep(f"There is no step {key!r} that a person confirms.")
    if done:
        _row, changed = SetUpConfirmation.objects.get_or_create(step=key, defaults={"confirmed_by": actor})
    else:
        changed = bool(SetUpConfirmation.objects.filter(step=key).delete()[0])
    if changed:
        audit.record(
            audit.Event(
                actor=actor,
                action="set_up_step_confirmed" if done else "set_up_step_reopened",
                subject_type="set_up_step",
                subject_id=key,
                subject_label=step.title,
            )
        )
