"""50,000 accounts in and 50,000 customers out, beside the floor that the gateway itself sets (`make bench`).

The floor is a bare loop with requests that asks for the same pages, or sends the same functions a hundred at a time,
and keeps nothing. Memory is the peak of this process. Figures and what they mean: docs/performance.md.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable

from tests.sandbox_process import SandboxProcess

DIRECTORY = tempfile.TemporaryDirectory(prefix="bench-")
os.environ.update(
    {
        "DEBUG": "on",
        "DJANGO_SETTINGS_MODULE": "integration_portal.settings",
        "LOG_LEVEL": "ERROR",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{DIRECTORY.name}/portal.sqlite3",
    }
)


def peak_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def floor_in(sandbox: SandboxProcess) -> float:
    """Every page of accounts with the portal's own client, and nothing done with it."""
    from apps.configuration.gateway import client_for
    from apps.configuration.models import IntacctConfiguration
    from apps.mapping.reading import inbound_map, record_number

    mapped, client, cursor = inbound_map("GLACCOUNT"), client_for(IntacctConfiguration.objects.get()), 0
    began = time.monotonic()
    while True:
        answer = client.ask(mapped.question(after=cursor))
        cursor = max([cursor, *(record_number(row) for row in answer.rows)])
        if not answer.remaining:
            client.close()
            return time.monotonic() - began


def floor_out(first: int, number: int) -> float:
    """So many creates, a hundred in a request, and nothing written down."""
    from apps.configuration.gateway import client_for
    from apps.configuration.models import IntacctConfiguration
    from apps.intacct import Create, Record

    client = client_for(IntacctConfiguration.objects.get())
    began = time.monotonic()
    for start in range(first, first + number, 100):
        functions = [
            Create(
                control_id=f"floor-{index}",
                record=Record.of(
                    "CUSTOMER",
                    {
                        "CUSTOMERID": f"F{index:07}",
                        "NAME": f"Customer {index}",
                        "DISPLAYCONTACT": Record.of("DISPLAYCONTACT", {"PRINTAS": f"Customer {index}"}),
                    },
                ),
            )
            for index in range(start, min(start + 100, first + number))
        ]
        client.execute(functions, control_id=f"floor-{start}", transaction=False, unique=True)
    client.close()
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--floor", type=int, default=5_000, help="records of the outbound floor")
    options = parser.parse_args()
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.DEBUG = False  # as in production: Django would keep the text of the last 9,000 queries
    call_command("migrate", verbosity=0)
    with SandboxProcess() as sandbox:
        call_command("load_delivered_data", "--json", stdout=open(os.devnull, "w"))  # noqa: SIM115
        call_command("load_demo", "--company-only", "--endpoint", sandbox.endpoint)
        measure(sandbox, options.records, options.floor)


def measure(sandbox: SandboxProcess, records: int, floor: int) -> None:
    from django.core.management import call_command

    from apps.masterdata.models import Customer

    sandbox.seed("GLACCOUNT", records)
    bare = floor_in(sandbox)
    first = timed(lambda: call_command("synchronise", "ACCOUNT"))
    again = timed(lambda: call_command("synchronise", "ACCOUNT", "--since", "2099-01-01"))
    print(f"in:  {records} accounts  {first:.1f} s, floor {bare:.1f} s, ratio {first / bare:.2f}; changes only "
          f"{again:.2f} s; peak memory {peak_memory_mb():.0f} MB")  # fmt: skip
    for start in range(0, records, 1000):
        Customer.objects.bulk_create(
            Customer(code=f"C{number:07}", name=f"Customer {number}") for number in range(start, start + 1000)
        )
    bare = floor_out(0, floor)
    first = timed(lambda: call_command("synchronise", "CUSTOMER"))
    # Half of the floor after it: what else runs on the machine changes, and the sandbox holds more records now.
    bare = (bare + floor_out(floor, floor)) / 2 * records / floor
    before = sandbox.stats()["functions"]
    again = timed(lambda: call_command("synchronise", "CUSTOMER"))
    sent = sandbox.stats()["functions"] - before - 2  # signing in, and looking up the fields
    print(f"out: {records} customers {first:.1f} s, floor {bare:.1f} s, ratio {first / bare:.2f}; nothing changed "
          f"{again:.1f} s and {sent} functions; peak memory {peak_memory_mb():.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
