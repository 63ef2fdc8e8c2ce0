"""`sandbox [--port N] …`: the sandbox gateway alone, in its own process."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from apps.sandbox import control_settings
from apps.sandbox.control_views import apply_control
from apps.sandbox.seed import seed, start_over
from apps.sandbox.server import SandboxServer, read_faults


class Command(BaseCommand):
    help = "Serve the sandbox gateway: behaves as Intacct's XML gateway does, with a ledger of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8001, help="0 chooses a free one (8001)")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--latency-ms", type=int, help="added to each request")
        parser.add_argument("--per-function-ms", type=int, help="added for each function")
        parser.add_argument("--faults", help="a JSON file as POST /sandbox/control/ takes it")
        parser.add_argument("--reset", action="store_true", help="empty the ledger first")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_ENABLED or not settings.DEBUG:
            raise CommandError("The sandbox gateway is not enabled here (SANDBOX_ENABLED), and never is in production.")
        call_command("migrate", database="sandbox", verbosity=0)
        if options["reset"]:
            start_over()
        seed()
        wanted = {name: options[name] for name in ("latency_ms", "per_function_ms") if options[name] is not None}
        try:
            control_settings.change(wanted)
            if options["faults"]:
                apply_control(read_faults(options["faults"]))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        connections.close_all()  # the server forks: a connection must not be shared
        sys.argv = sys.argv[:1]
        SandboxServer(host=options["host"], port=options["port"]).run()
