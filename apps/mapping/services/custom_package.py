"""Making the custom package file, and keeping which content was which version."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from apps.configuration.models import IntacctConfiguration
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.mapping.custom_package import write_package
from apps.mapping.models import PackageVersion, SmartEvent
from apps.mapping.package_state import package_content
from apps.mapping.smart_event_objects import smart_event_objects


@dataclass(frozen=True)
class PackageFile:
    """The file to download. It holds the secret with which Sage Intacct signs in here: don't share it."""

    name: str
    content: bytes
    version: int


@in_english
@transaction.atomic
def make_package(*, configuration: IntacctConfiguration, actor: str) -> PackageFile:
    """Write the file. The same set-up gives the same bytes and the same version; another one gives the next version.

    Raises `apps.foundation.fields.SecretUnreadable`.
    """
    # Two downloads at once must not take the same number.
    IntacctConfiguration.objects.select_for_update().only("pk").get(pk=configuration.pk)
    content = package_content(configuration)
    fingerprint = content.fingerprint()
    version = PackageVersion.objects.filter(configuration=configuration, fingerprint=fingerprint).first()
    if version is None:
        highest = PackageVersion.objects.filter(configuration=configuration).aggregate(Max("number"))["number__max"]
        version = PackageVersion.objects.create(
            configuration=configuration, number=(highest or 0) + 1, fingerprint=fingerprint, made_by=actor
        )
    audit.record(
        audit.Event(
            actor=actor,
            action="custom_package_downloaded",
            subject_type="configuration",
            subject_id=str(configuration.pk),
            subject_label=configuration.code,
            detail={"version": version.number, "content": fingerprint},
        )
    )
    return PackageFile(
        name=f"{configuration.code.lower()}-custom-package-{version.number}.xml",
        content=write_package(content, version=version.number),
        version=version.number,
    )


def ensure_smart_events(*, configuration: IntacctConfiguration) -> int:
    """Give the grid a row for each object that can have Smart Events; existing rows stay. Returns how many are new."""
    before = SmartEvent.objects.filter(configuration=configuration).count()
    SmartEvent.objects.bulk_create(
        (
            SmartEvent(configuration=configuration, object_name=name, is_on=one.is_on, on_add=one.on_add)
            for name, one in smart_event_objects().items()
        ),
        ignore_conflicts=True,
    )
    return SmartEvent.objects.filter(configuration=configuration).count() - before
