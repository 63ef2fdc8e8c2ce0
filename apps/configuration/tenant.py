"""Which tenant this portal is, among those that an Intacct company may know."""

from urllib.parse import urlsplit

from django.conf import settings


def this_tenant() -> str:
    """The portal's public address: what Intacct's audit trail names, so that Smart Events find their way."""
    return urlsplit(settings.PORTAL_BASE_URL).netloc
