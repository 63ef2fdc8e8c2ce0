"""The guided set-up: what is done, what was detected, and what is left to the person."""

from dataclasses import dataclass

from django.db import transaction

from apps.configuration.checklist import Finding, Step, StepState, check_of, steps
from apps.configuration.errors import UnknownStep
from apps.configuration.models import IntacctConfiguration, SetUpConfirmation, secret_fields
from apps.foundation import audit
from apps.foundation.wording import in_english


@dataclass(frozen=True)
class StepStatus:
    """A step and where it stands."""

    step: Step
    finding: Finding
    is_detected: bool
    confirmation: SetUpConfirmation | None = None

    @property
    def link(self) -> str:
        return self.finding.link


@dataclass(frozen=True)
class SetUp:
    """The whole set-up as it stands now."""

    statuses: tuple[StepStatus, ...]

    @property
    def done(self) -> int:
        return sum(status.finding.state == StepState.DONE for status in self.statuses)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.statuses)


def set_up() -> SetUp:
    """Every step of the guide. Asks Intacct nothing: what was detected is from the last tests and downloads."""
    configuration = IntacctConfiguration.objects.filter(is_active=True).defer(*secret_fields()).first()
    confirmed = {row.step: row for row in SetUpConfirmation.objects.all()}
    return SetUp(tuple(_status(step, configuration, confirmed.get(step.key)) for step in steps()))


def _status(
    step: Step, configuration: IntacctConfiguration | None, confirmation: SetUpConfirmation | None
) -> StepStatus:
    check = check_of(step)
    if check is not None:
        return StepStatus(step, check(configuration), is_detected=True)
    if confirmation is None:
        return StepStatus(step, Finding(StepState.TO_DO, "Only you can tell whether this is done."), is_detected=False)
    words = f"{confirmation.confirmed_by} said so on {confirmation.confirmed_at:%Y-%m-%d}."
    return StepStatus(step, Finding(StepState.DONE, words), is_detected=False, confirmation=confirmation)


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
