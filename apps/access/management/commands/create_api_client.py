"""`create_api_client NAME --role ROLE [--company C]… [--scope S]…`: make a REST client; the key is printed once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.access.roles import Role, Scope
from apps.access.services.clients import create_client
from apps.foundation.errors import PortalError


class Command(BaseCommand):
    help = "Create a REST client. Its key is printed once and can't be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--company", action="append", default=[], metavar="C", help="may be given several times")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            choices=Scope.values,
            metavar="S",
            help=f"limits what the role may, may be given several times: {', '.join(Scope.values)}",
        )
        parser.add_argument("--json", action="store_true", help='print {"name", "role", "reference", "key"}')

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new = create_client(
                name=options["name"],
                role=options["role"],
                company_codes=options["company"],
                scopes=options["scope"],
                actor="command line",
            )
        except PortalError as refusal:
            raise CommandError(str(refusal)) from None
        client = new.client
        if options["json"]:
            shown = {"name": client.name, "role": client.role, "reference": client.reference, "key": new.key}
            self.stdout.write(json.dumps(shown))
            return
        self.stdout.write(f"Client {client.name} ({client.role}) created. Its key, shown only now:\n")
        self.stdout.write(new.key)
        self.stdout.write("\nSend it as:  Authorization: Api-Key <key>")
