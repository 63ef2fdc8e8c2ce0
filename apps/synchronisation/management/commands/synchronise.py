"""`synchronise OBJECT…`: financial data comes in from Sage Intacct, items, customers and suppliers go out."""

import datetime
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.selectors import active_configuration
from apps.foundation.errors import PortalError
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.models import RunMode, RunState, SynchronisationRun, SynchronisedObject
from apps.synchronisation.selectors import synchronised_objects
from apps.synchronisation.services.inbound import work_to_the_end
from apps.synchronisation.services.runs import start_run


class Command(BaseCommand):
    help = "Synchronise objects with Sage Intacct, by each object's mapping."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "objects", nargs="*", metavar="OBJECT", help=f"{', '.join(SynchronisedObject.values)}, or a dimension's own"
        )
        parser.add_argument("--all", action="store_true", help="every object")
        parser.add_argument(
            "--since", metavar="DATE", type=_date, help="only what was changed since then (YYYY-MM-DD); not removals"
        )
        parser.add_argument("--force", action="store_true", help="everything, even where the changes would do")
        parser.add_argument("--json", action="store_true", help="print the runs as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        known = list(synchronised_objects())
        wanted = list(known if options["all"] else options["objects"])
        unknown = [one for one in wanted if one not in known]
        if unknown or not wanted:
            said = f"There is no object {', '.join(unknown)}." if unknown else "Name at least one object, or --all."
            raise CommandError(f"{said} Objects: {', '.join(known)}.")
        try:
            connection = active_configuration()
            require(OptionCode.SAGE_INTACCT)
        except PortalError as refusal:
            raise CommandError(str(refusal)) from None
        mode = RunMode.FULL if options["force"] or not options["since"] else RunMode.INCREMENTAL
        progress = self._progress if self.stdout.isatty() and not options["json"] else lambda run: None
        runs: list[SynchronisationRun] = []
        for one in wanted:
            if options["all"] and runs and runs[-1].object == SynchronisedObject.DIMENSION_TYPE:
                wanted += [new for new in synchronised_objects() if new not in wanted]
            try:
                run = start_run(
                    connection=connection,
                    wanted=one,
                    started_by="command line",
                    mode=mode,
                    since=options["since"],
                    forced=options["force"],
                    wakes_worker=False,
                )
            except PortalError as refusal:
                raise CommandError(str(refusal)) from None
            runs.append(work_to_the_end(run=run, on_progress=progress))
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(run) for run in runs]))
        else:
            for run in runs:
                notes = f" ({'; '.join(run.messages)})" if run.messages else ""
                self.stdout.write(f"{run.get_object_display()}: {run.get_state_display()}, {run.done} done{notes}")
        if any(run.state != RunState.FINISHED or run.failed for run in runs):
            raise CommandError("Not everything was synchronised: see above.")

    def _progress(self, run: SynchronisationRun) -> None:
        share = run.done / run.total if run.total else 1.0
        bar = "#" * round(share * 30)
        self.stdout.write(f"\r{run.get_object_display()} [{bar:<30}] {run.done}/{run.total}", ending="")
        if share >= 1:
            self.stdout.write("")


def _date(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.UTC)


def _as_json(run: SynchronisationRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "object": run.object,
        "mode": run.mode,
        "state": run.state,
        "total": run.total,
        "done": run.done,
        "failed": run.failed,
        "removed": run.removed,
        "messages": run.messages,
    }
