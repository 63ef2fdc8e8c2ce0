"""`run_portal`: what `make run` and `make demo` start."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from integration_portal.supervisor import free_port, port_is_free, supervise


class Command(BaseCommand):
    help = "Set up the databases, then run portal, worker and sandbox gateway with the demo company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the portal's port (8000)")
        parser.add_argument(
            "--demo", action="store_true", help="do the demonstration, then stop; exit code 0 if all went well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_ENABLED:
            raise CommandError("run_portal is for a developer's machine: set DEBUG=on.")
        port, serve = options["port"], not options["demo"]
        if serve and not port_is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another: PORT=8080 make run")
        wanted = settings.SANDBOX_PORT
        sandbox_port = wanted if serve and port_is_free(wanted) else free_port()
        self.stdout.write(self.style.MIGRATE_HEADING("==> Setting up the databases"))
        call_command("migrate", verbosity=0)
        call_command("migrate", database="sandbox", verbosity=0)
        call_command("load_delivered_data", stdout=self.stdout)
        sys.exit(supervise(serve=serve, port=port, sandbox_port=sandbox_port))
