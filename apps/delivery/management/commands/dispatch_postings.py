"""`dispatch_postings [--drain]`: what the schedule does."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.services.dispatch import dispatch
from apps.delivery.services.drain import drain
from apps.delivery.services.waiting import sweep
from apps.delivery.states import OPEN_STATES


class Command(BaseCommand):
    help = "Hand pending postings to the queue; with --drain, work them in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drain", action="store_true", help="work them here instead of waking a worker")
        parser.add_argument(
            "--for", dest="seconds", type=float, default=60.0, metavar="SECONDS", help="how long to drain (60)"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        sweep()
        if not options["drain"]:
            woken = dispatch()
            self._say({"woken": woken}, f"Woke a worker for {woken} connection(s).", as_json=options["json"])
            return
        sent = looked_up = recovered = 0
        ends = time.monotonic() + options["seconds"]
        for connection in IntacctConfiguration.objects.filter(is_active=True):
            report = drain(connection=connection, budget_seconds=max(0.0, ends - time.monotonic()), wait=True)
            sent += report.sent
            looked_up += report.looked_up
            recovered += report.recovered
        left = {
            row["state"]: row["number"]
            for row in Delivery.objects.filter(state__in=OPEN_STATES).values("state").annotate(number=Count("pk"))
        }
        result = {"sent": sent, "looked_up": looked_up, "recovered": recovered, "left": left}
        words = ", ".join(f"{number} {state}" for state, number in left.items()) or "nothing"
        self._say(result, f"Sent {sent}, looked up {looked_up}. Left open: {words}.", as_json=options["json"])
        if left:
            raise CommandError("Not everything is settled yet: run it again, or look at the connection's health.")

    def _say(self, result: dict[str, Any], words: str, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(result) if as_json else words)
