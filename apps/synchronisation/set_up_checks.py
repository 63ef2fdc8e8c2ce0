"""Whether financial data was synchronised, for the guided set-up."""

from apps.configuration.checklist import Finding, StepState
from apps.configuration.models import IntacctConfiguration
from apps.synchronisation.models import RunState, SynchronisationRun, SynchronisedObject


def financial_data(configuration: IntacctConfiguration | None) -> Finding:
    """Every object was read from this configuration's company at least once, to its end."""
    if configuration is None:
        return Finding(StepState.NOT_KNOWN, "There is no active configuration yet.")
    finished = set(
        SynchronisationRun.objects.filter(connection=configuration, state=RunState.FINISHED).values_list(
            "object", flat=True
        )
    )
    missing = [str(one.label) for one in SynchronisedObject if one.value not in finished]
    if missing:
        return Finding(StepState.TO_DO, f"Not synchronised yet: {', '.join(missing)}.")
    return Finding(StepState.DONE, "Synchronised at least once.")
