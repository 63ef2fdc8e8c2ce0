"""Asking Sage Intacct which custom package is imported: the last step of the connection test."""

from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.configuration.test_steps import Step, StepCode, StepResult
from apps.intacct import Client, Done, GetList, IntacctError, Missing, Outcome
from apps.mapping.custom_package import fingerprint_in
from apps.mapping.models import ImportedPackage
from apps.mapping.package_state import PackageStanding, package_content, package_state

OBJECT = "customerppackage"
"""The legacy list of installed packages (protocol 7.3); no query knows it."""


def ask_imported(client: Client, configuration: IntacctConfiguration) -> Step:
    """Which content is imported, kept for the set-up pages. No answer is no failure: documents can be posted."""
    answer: Outcome
    try:
        (answer,) = client.execute(
            [GetList(control_id="packages", object_name=OBJECT)], control_id="packages", unique=False
        ).outcomes
    except IntacctError:
        answer = Missing("packages")
    if not isinstance(answer, Done):
        return _step(
            StepResult.WARNING,
            "Sage Intacct did not list its custom packages, so it is not known whether ours is imported.",
            "Check the web services user's permissions, then test again.",
        )
    name = package_content(configuration).name
    description = next((row.text("description") or "" for row in answer.rows if row.text("name") == name), "")
    ImportedPackage.objects.update_or_create(
        configuration=configuration, defaults={"fingerprint": fingerprint_in(description), "asked_at": timezone.now()}
    )
    state = package_state(configuration)
    current = state.standing == PackageStanding.CURRENT
    return _step(StepResult.PASSED if current else StepResult.WARNING, state.words, state.next_step)


def _step(result: StepResult, detail: str, next_step: str = "") -> Step:
    return Step(StepCode.CUSTOM_PACKAGE, "Custom package", result, detail, next_step)
