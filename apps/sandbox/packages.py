"""Installed custom packages: importing them, and the custom fields that they bring."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.sandbox.models import CustomPackage, SmartEvent
from apps.sandbox.package_document import Package, read_packages

SECRET_ARGUMENTS = frozenset({"token"})
HIDDEN = "…"
_SECRET_IN_ADDRESS = re.compile(rf"([?&](?:{'|'.join(SECRET_ARGUMENTS)})=)[^&#]*", re.IGNORECASE)


@transaction.atomic(using="sandbox")
def import_packages(body: bytes) -> list[CustomPackage]:
    """Install what a document holds; a package of the same name is replaced. Raises `PackageRefused`."""
    return [_install(one) for one in read_packages(body)]


def _install(package: Package) -> CustomPackage:
    installed, _ = CustomPackage.objects.update_or_create(
        name=package.name,
        defaults={
            "description": package.description,
            "author": package.author,
            "intacct_id": package.intacct_id,
            "is_signed": package.is_signed,
            "custom_fields": package.custom_fields,
            "document": package.document,
            "imported_at": timezone.now(),
        },
    )
    installed.smart_events.all().delete()
    # The ID of a smart link is a company's, not a package's: it goes to the package that was imported last.
    SmartEvent.objects.filter(smart_link_id__in=[one.smart_link_id for one in package.events]).delete()
    SmartEvent.objects.bulk_create(SmartEvent(package=installed, **vars(one)) for one in package.events)
    return installed


def with_custom_fields(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings, with the custom fields of the installed packages beside those that are set."""
    fields: dict[str, list[str]] = {name: list(names) for name, names in settings["custom_fields"].items()}
    for brought in CustomPackage.objects.values_list("custom_fields", flat=True):
        for owner, names in brought.items():
            known = fields.setdefault(owner, [])
            known += [name for name in names if name not in known]
    return {**settings, "custom_fields": fields}


def shown_arguments(arguments: list[list[str]]) -> list[list[str]]:
    """Names and values, without the values that are secret."""
    return [[name, HIDDEN if name.lower() in SECRET_ARGUMENTS else value] for name, value in arguments]


def shown_target(target: str) -> str:
    """The address, without those values either."""
    return _SECRET_IN_ADDRESS.sub(rf"\1{HIDDEN}", target)


def summary(package: CustomPackage) -> dict[str, Any]:
    """A package for people and tests."""
    return {
        "name": package.name,
        "description": package.description,
        "author": package.author,
        "intacctid": package.intacct_id,
        "signed": package.is_signed,
        "imported_at": package.imported_at,
        "custom_fields": package.custom_fields,
        "smart_events": [
            {
                "smartlinkid": one.smart_link_id,
                "ownerobject": one.owner_object,
                "events": one.events,
                "target": shown_target(one.target),
                "method": one.method,
                "arguments": dict(shown_arguments(one.arguments)),
                "condition": one.condition,
                "request_timeout": one.request_timeout,
                "active": one.is_active,
            }
            for one in package.smart_events.all()
        ],
    }


def installed() -> list[dict[str, Any]]:
    return [summary(one) for one in CustomPackage.objects.prefetch_related("smart_events")]
