"""`rotate_api_key NAME_OR_REFERENCE [--overlap HOURS]`: a new key for a REST client, printed once."""

import datetime
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.access.selectors import client_named
from apps.access.services.keys import DEFAULT_OVERLAP, rotate_key
from apps.foundation.errors import PortalError

_HOUR = datetime.timedelta(hours=1)


class Command(BaseCommand):
    help = "Give a REST client a new key. The old one works until the overlap is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client", metavar="NAME_OR_REFERENCE")
        parser.add_argument(
            "--overlap", type=float, default=DEFAULT_OVERLAP / _HOUR, metavar="HOURS", help="0 to 720; default: 24"
        )
        parser.add_argument("--json", action="store_true", help='print {"name", "reference", "key", "old_key_ends"}')

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = rotate_key(
                client=client_named(options["client"]), overlap=options["overlap"] * _HOUR, actor="command line"
            )
        except (PortalError, OverflowError, ValueError) as refusal:
            raise CommandError(str(refusal)) from None
        ends = made.old_ends.isoformat() if made.old_ends else None
        if options["json"]:
            shown = {"name": made.client.name, "reference": made.client.reference, "key": made.key}
            self.stdout.write(json.dumps({**shown, "old_key_ends": ends}))
            return
        self.stdout.write(f"New key of {made.client.name}, shown only now:\n")
        self.stdout.write(made.key)
        if ends:
            self.stdout.write(f"\nThe old one, {made.old_prefix}…, ends at {ends}.")
