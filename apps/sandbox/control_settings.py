"""The sandbox's settings: defaults, and what `POST /sandbox/control/` changed."""

import datetime
from collections.abc import Iterable
from typing import Any

from apps.sandbox.models import SandboxState

DEFAULTS: dict[str, Any] = {
    "uniqueid_mode": "completed_only",
    "uniqueid_errorno": "BL34000099",  # the real number is not public (protocol 11.1)
    "latency_ms": 0,
    "per_function_ms": 0,
    "concurrency": 2,
    "queue_ms": 2000,
    "session_minutes": 60,
    "company_id": "SANDBOX",
    "user_id": "xml_gateway",
    "user_password": "sandbox",
    "sender_id": "XT_mfg",
    "sender_password": "sandbox",
    "authorised_senders": ["XT_mfg"],
    "top_level_access": True,
    "books_closed_until": "2025-12-31",
    "books_closed_until_by_entity": {},
    "locked_entities": [],
    "unique_document_numbers": True,
    "require_supplier_document_number": False,
    "require_tax_solution": False,
    "vendors_on_hold_refuse_bills": True,
    "generic_arinvoice": False,
    "modules": {"projects": True},
    "async_delay_ms": 200,
    "policies": {},
    "custom_fields": {
        name: ["DMO_POSTING_KEY"]
        for name in ("GLBATCH", "APBILL", "ARINVOICE", "ARADJUSTMENT", "APADJUSTMENT", "ARADVANCE")
    },
}
CHOICES = {"uniqueid_mode": ("completed_only", "atomic", "off")}
SECRET = ("user_password", "sender_password", "policies")


class SettingRefused(ValueError):
    """A setting that the sandbox does not have, or a value that it does not take."""


def state() -> SandboxState:
    row, _ = SandboxState.objects.get_or_create(pk=1)
    return row


def current() -> dict[str, Any]:
    """All settings as they are in force."""
    return {**DEFAULTS, **state().settings}


def shown() -> dict[str, Any]:
    """The same without passwords."""
    return {name: value for name, value in current().items() if name in DEFAULTS and name not in SECRET}


def change(values: dict[str, Any]) -> None:
    """Change some settings. Raises `SettingRefused`; then none is changed."""
    for name, value in values.items():
        if name not in DEFAULTS:
            raise SettingRefused(f"There is no setting {name!r}. Settings: {', '.join(DEFAULTS)}.")
        if name in CHOICES and value not in CHOICES[name]:
            raise SettingRefused(f"{name} is one of {', '.join(CHOICES[name])}.")
        if type(value) is not type(DEFAULTS[name]):
            raise SettingRefused(f"{name} is a {type(DEFAULTS[name]).__name__}.")
        if type(value) is int and value < 0:
            raise SettingRefused(f"{name} is not less than zero.")
        if name.startswith("books_closed_until"):
            _check_days(name, value.values() if isinstance(value, dict) else [value])
    row = state()
    row.settings = {**row.settings, **values}
    row.save(update_fields=["settings"])


def _check_days(name: str, values: Iterable[Any]) -> None:
    for value in values:
        try:
            datetime.date.fromisoformat(value)
        except (ValueError, TypeError):
            raise SettingRefused(f"{name} has dates as yyyy-mm-dd.") from None


def reset() -> None:
    """Back to the defaults."""
    SandboxState.objects.filter(pk=1).update(settings={})
