"""What the measurements of pages share: a portal of their own (or DATABASE_URL's), and the time of a page."""

import os
import statistics
import tempfile
import time
from typing import Any

DIRECTORY = tempfile.TemporaryDirectory(prefix="bench-")
os.environ.update(
    {
        "DEBUG": "on",
        "DJANGO_SETTINGS_MODULE": "integration_portal.settings",
        "LOG_LEVEL": "ERROR",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{DIRECTORY.name}/portal.sqlite3",
    }
)
ROUNDS = 5


def prepare() -> None:
    """The demo company without documents. Call it before anything of the portal is imported."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("load_delivered_data", "--json", stdout=open(os.devnull, "w"))  # noqa: SIM115
    call_command("load_demo", "--company-only", "--endpoint", "http://127.0.0.1:9/ia/xml/xmlgw.phtml")


def browser() -> Any:
    """A superuser who is signed in."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _ = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_superuser": True, "is_staff": True}
    )
    client = Client()
    client.force_login(user)
    return client


def measured(client: Any, address: str) -> tuple[float, int]:
    """Seconds (median) and queries of a page.

    On SQLite seconds of CPU, which is the database's too, so that other programs do not change them.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        queries = len(captured)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    clock = time.process_time if connection.vendor == "sqlite" else time.monotonic
    seconds = []
    for _ in range(ROUNDS):
        began = clock()
        client.get(address)
        seconds.append(clock() - began)
    return statistics.median(seconds), queries
