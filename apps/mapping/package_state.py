"""Where the custom package stands: made, downloaded, imported, out of date."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.urls import reverse

from apps.configuration.marker import marker
from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import SecretUnreadable
from apps.mapping.custom_package import PackageContent, SmartLink
from apps.mapping.models import ImportedPackage, PackageVersion, SmartEvent
from apps.mapping.smart_event_objects import smart_event_objects


class PackageStanding(StrEnum):
    UNREADABLE = "unreadable"
    NOT_DOWNLOADED = "not_downloaded"
    CHANGED = "changed"
    NOT_ASKED = "not_asked"
    NOT_IMPORTED = "not_imported"
    OUT_OF_DATE = "out_of_date"
    CURRENT = "current"


@dataclass(frozen=True)
class PackageState:
    """What is known of a configuration's package now. Versions are None where there is none, or an unknown one."""

    standing: PackageStanding
    words: str
    next_step: str
    latest: PackageVersion | None
    imported: ImportedPackage | None


def package_content(configuration: IntacctConfiguration) -> PackageContent:
    """What the package of this configuration consists of now: its rows, this portal's address, the secret.

    Raises `apps.foundation.fields.SecretUnreadable`.
    """
    stored = {row.object_name: row for row in SmartEvent.objects.filter(configuration=configuration)}
    links = [
        SmartLink(known.object, known.label, known.id, event)
        for known in smart_event_objects().values()
        for event in stored.get(known.object, SmartEvent(object_name=known.object, on_add=known.on_add)).events()
    ]
    return PackageContent(
        configuration=configuration.code,
        address=f"{settings.PORTAL_BASE_URL}{reverse('smart-events', args=[configuration.code])}",
        token=configuration.callback_secret,
        marker_field=marker().field,
        marker_objects=marker().objects,
        links=links,
    )


def package_state(configuration: IntacctConfiguration) -> PackageState:
    """Compares what was downloaded and imported with what the package would be now. Asks Intacct nothing."""
    latest = PackageVersion.objects.filter(configuration=configuration).first()
    imported = ImportedPackage.objects.filter(configuration=configuration).first()
    try:
        standing = _standing(package_content(configuration).fingerprint(), latest, imported)
    except SecretUnreadable:
        standing = PackageStanding.UNREADABLE
    words, next_step = _WORDS[standing]
    return PackageState(standing, words, next_step, latest, imported)


def _standing(fingerprint: str, latest: PackageVersion | None, imported: ImportedPackage | None) -> PackageStanding:
    if imported is not None and imported.fingerprint == fingerprint:
        return PackageStanding.CURRENT
    if imported is not None and imported.fingerprint:
        return PackageStanding.OUT_OF_DATE
    if latest is None:
        return PackageStanding.NOT_DOWNLOADED
    if latest.fingerprint != fingerprint:
        return PackageStanding.CHANGED
    # What was asked before the download says nothing about an import since.
    if imported is None or imported.asked_at < latest.made_at:
        return PackageStanding.NOT_ASKED
    return PackageStanding.NOT_IMPORTED


_IMPORT = "In Sage Intacct: Platform service > Custom packages > Import Customisation Package."
_WORDS = {
    PackageStanding.UNREADABLE: (
        "The package can't be made: its callback secret is stored under another encryption key.",
        "Make a new callback secret on the Configuration page, then download the package.",
    ),
    PackageStanding.NOT_DOWNLOADED: (
        "The custom package was not downloaded yet.",
        f"Download it, then import it. {_IMPORT}",
    ),
    PackageStanding.CHANGED: (
        "The set-up was changed since the custom package was downloaded.",
        f"Download it again, then import it. {_IMPORT}",
    ),
    PackageStanding.NOT_ASKED: (
        "The custom package was downloaded. Sage Intacct was not asked since whether it is imported.",
        f"Import it, then test the connection. {_IMPORT}",
    ),
    PackageStanding.NOT_IMPORTED: (
        "Sage Intacct does not have the custom package.",
        f"Import it, then test the connection. {_IMPORT}",
    ),
    PackageStanding.OUT_OF_DATE: (
        "What you imported is out of date.",
        f"Download the custom package again and import it. {_IMPORT}",
    ),
    PackageStanding.CURRENT: ("Sage Intacct has the custom package as it is now.", ""),
}
