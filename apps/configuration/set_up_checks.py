"""What this app can tell about the steps of the set-up: from the switch, the configuration and its last test."""

from django.urls import reverse

from apps.configuration.checklist import Finding, StepState
from apps.configuration.entity_ids import ENTITY_RULE, entity_codes, what_does_not_match
from apps.configuration.models import AuditTrailState, IntacctConfiguration
from apps.configuration.secrets import unreadable_secrets
from apps.configuration.test_steps import StepCode, StepResult
from apps.foundation.audit import AuditEntry
from apps.options.models import OptionCode
from apps.options.selectors import is_on

DONE, TO_DO, NOT_KNOWN = StepState.DONE, StepState.TO_DO, StepState.NOT_KNOWN
_NO_CONFIGURATION = Finding(NOT_KNOWN, "There is no active configuration yet, so Sage Intacct can't be asked.")


def option(configuration: IntacctConfiguration | None) -> Finding:
    on = is_on(OptionCode.SAGE_INTACCT)
    return Finding(DONE if on else TO_DO, "The Active switch is on." if on else "The Active switch is off.")


def configured(configuration: IntacctConfiguration | None) -> Finding:
    if configuration is None:
        return Finding(TO_DO, "No configuration is active.", reverse("admin:configuration_intacctconfiguration_add"))
    page = reverse("admin:configuration_intacctconfiguration_change", args=[configuration.pk])
    unreadable = unreadable_secrets(configuration)
    if unreadable:
        named = {"user_password": "Password", "sender_password": "Sender password"}
        words = f"Stored under another encryption key: {', '.join(named[name] for name in unreadable)}. Enter it again."
        return Finding(TO_DO, words, f"{page}#id_{unreadable[0]}")
    missing = [
        (label, field)
        for label, field, value in (
            ("Company ID", "company_id", configuration.company_id),
            ("User ID", "user_id", configuration.user_id),
            ("Password", "user_password", configuration.user_password),
            ("Sender password", "sender_password", configuration.effective_sender_password),
        )
        if not value
    ]
    if missing:
        return Finding(
            TO_DO, f"Not filled in: {', '.join(label for label, _ in missing)}.", f"{page}#id_{missing[0][1]}"
        )
    return Finding(DONE, f"{configuration.code} is active and filled in.", page)


def sign_in(configuration: IntacctConfiguration | None) -> Finding:
    return _tested(configuration, StepCode.SIGN_IN, "The user signed in.", field="user_id")


def sender(configuration: IntacctConfiguration | None) -> Finding:
    """Intacct accepts the sender: else it refuses the request before anybody can sign in."""
    return _tested(configuration, StepCode.SENDER, "Sage Intacct accepts the sender ID.", field="sender_id")


def top_level(configuration: IntacctConfiguration | None) -> Finding:
    """The user works at the top level: the test signs in there and lists the entities."""
    return _tested(configuration, StepCode.TOP_LEVEL, "The user works at the top level.", field="user_id")


def entities(configuration: IntacctConfiguration | None) -> Finding:
    """The entities that the last test found, beside companies and financial sites as they are now."""
    codes = entity_codes()
    companies = reverse("admin:organisation_company_changelist")
    tested = _tested(configuration, StepCode.ENTITIES, "", field="company_id")
    if tested.state != NOT_KNOWN and not codes:
        return Finding(TO_DO, "There is no active company yet.", companies)
    steps = configuration.last_test_steps if configuration is not None else []
    step = next((one for one in steps if one["code"] == StepCode.ENTITIES), None)
    if tested.state == NOT_KNOWN or step is None:
        return tested if tested.state != DONE else Finding(NOT_KNOWN, "Ask Sage Intacct for its entities.", tested.link)
    added = [code for code in codes if code not in step.get("asked", ())]
    if added:
        words = f"{', '.join(added)} came after Sage Intacct was asked: ask again."
        return Finding(NOT_KNOWN, words, reverse("admin:masterdata_entity_changelist"))
    wrong = list(what_does_not_match(step.get("found", ())))
    if wrong:
        return Finding(TO_DO, f"{' '.join(wrong)} {ENTITY_RULE}", reverse("admin:masterdata_entity_changelist"))
    return Finding(DONE, "Every company and its financial site have an entity with their ID.", companies)


def audit_trail(configuration: IntacctConfiguration | None) -> Finding:
    if configuration is None:
        return _NO_CONFIGURATION
    page = reverse("admin:configuration_intacctconfiguration_change", args=[configuration.pk]) + "#trail-heading"
    state = configuration.audit_trail_state
    if state is None:
        return Finding(NOT_KNOWN, "Sage Intacct was not asked yet.", page)
    if state == AuditTrailState.OURS:
        return Finding(DONE, "The audit trail in Sage Intacct points to this tenant.", page)
    return Finding(TO_DO, f"{state.label}.", page)


_ORDER = tuple(StepCode)
"""The connection test goes in this order and ends at its first failure."""


def _tested(configuration: IntacctConfiguration | None, code: StepCode, good: str, *, field: str) -> Finding:
    """What the last connection test says of one thing, if it still speaks of the configuration as it is."""
    if configuration is None:
        return _NO_CONFIGURATION
    page = reverse("admin:configuration_intacctconfiguration_change", args=[configuration.pk])
    if not configuration.last_test_result:
        return Finding(NOT_KNOWN, "The connection was not tested yet.", page)
    if _changed_since_the_test(configuration):
        return Finding(NOT_KNOWN, "The configuration was changed since the last connection test.", page)
    for step in configuration.last_test_steps:
        reached = StepCode(step["code"])
        if reached == code and step["result"] != StepResult.PASSED:
            return Finding(TO_DO, f"{step['detail']} {step['next_step']}".strip(), f"{page}#id_{field}")
        if step["result"] == StepResult.FAILED and _ORDER.index(reached) < _ORDER.index(code):
            return Finding(NOT_KNOWN, "The last connection test failed before it came to this.", page)
    return Finding(DONE, good, page)


def _changed_since_the_test(configuration: IntacctConfiguration) -> bool:
    return AuditEntry.objects.filter(
        subject_type="configuration",
        subject_id=str(configuration.pk),
        action="configuration_changed",
        at__gt=configuration.last_test_at,
    ).exists()
