"""What this app can tell about the steps of the set-up: the custom package's download and import."""

from django.urls import reverse

from apps.configuration.checklist import Finding, StepState
from apps.configuration.models import IntacctConfiguration
from apps.mapping.package_state import PackageStanding, package_state

_NO_CONFIGURATION = Finding(StepState.NOT_KNOWN, "There is no active configuration yet.")


def package_downloaded(configuration: IntacctConfiguration | None) -> Finding:
    if configuration is None:
        return _NO_CONFIGURATION
    state = package_state(configuration)
    link = _tab(configuration)
    if state.standing in (PackageStanding.NOT_DOWNLOADED, PackageStanding.CHANGED, PackageStanding.OUT_OF_DATE):
        return Finding(StepState.TO_DO, state.words, link)
    version = f"Version {state.latest.number} was downloaded." if state.latest else state.words
    return Finding(StepState.DONE, version, link)


def package_imported(configuration: IntacctConfiguration | None) -> Finding:
    """Green only where Sage Intacct itself said, when last asked, that it has what the package is now."""
    if configuration is None:
        return _NO_CONFIGURATION
    state = package_state(configuration)
    asked = state.standing in (PackageStanding.NOT_IMPORTED, PackageStanding.OUT_OF_DATE)
    if state.standing == PackageStanding.CURRENT:
        found = StepState.DONE
    elif asked or state.standing in (PackageStanding.NOT_DOWNLOADED, PackageStanding.CHANGED):
        found = StepState.TO_DO
    else:
        found = StepState.NOT_KNOWN
    return Finding(found, f"{state.words} {state.next_step}".strip(), _tab(configuration))


def _tab(configuration: IntacctConfiguration) -> str:
    page = reverse("admin:configuration_intacctconfiguration_change", args=[configuration.pk])
    return f"{page}#custom-package"
