"""`synchronise OBJECT…`: read financial data from Sage Intacct."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.selectors import active_configuration
from apps.foundation.errors import PortalError
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.models import RunState, SynchronisationRun, SynchronisedObject
from apps.synchronisation.services.inbound import synchronise


class Command(BaseCommand):
    help = "Synchronise objects with Sage Intacct, by each object's mapping."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("objects", nargs="*", choices=[*SynchronisedObject.values, []], metavar="OBJECT")
        parser.add_argument("--all", action="store_true", help="every object")
        parser.add_argument("--json", action="store_true", help="print the runs as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = SynchronisedObject.values if options["all"] else options["objects"]
        if not wanted:
            raise CommandError(f"Name at least one object, or --all. Objects: {', '.join(SynchronisedObject.values)}.")
        try:
            connection = active_configuration()
            require(OptionCode.SAGE_INTACCT)
        except PortalError as refusal:
            raise CommandError(str(refusal)) from None
        progress = self._progress if self.stdout.isatty() and not options["json"] else lambda run: None
        runs = [
            synchronise(connection=connection, wanted=one, started_by="command line", on_progress=progress)
            for one in wanted
        ]
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(run) for run in runs]))
        else:
            for run in runs:
                notes = f" ({'; '.join(run.messages)})" if run.messages else ""
                self.stdout.write(f"{run.get_object_display()}: {run.get_state_display()}, {run.done} done{notes}")
        if any(run.state == RunState.FAILED or run.failed for run in runs):
            raise CommandError("Not everything was synchronised: see above.")

    def _progress(self, run: SynchronisationRun) -> None:
        share = run.done / run.total if run.total else 1.0
        bar = "#" * round(share * 30)
        self.stdout.write(f"\r{run.get_object_display()} [{bar:<30}] {run.done}/{run.total}", ending="")
        if run.finished_at:
            self.stdout.write("")


def _as_json(run: SynchronisationRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "object": run.object,
        "state": run.state,
        "total": run.total,
        "done": run.done,
        "failed": run.failed,
        "messages": run.messages,
    }
