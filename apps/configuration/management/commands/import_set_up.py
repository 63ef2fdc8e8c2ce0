"""`import_set_up FILE`: shows what the file would change; with `--yes`, changes it."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.errors import SetUpFileRefused
from apps.configuration.services.set_up_file import SetUpImport, import_set_up, preview_set_up
from apps.foundation.changes import in_words
from apps.foundation.portable_rows import Outcome


class Command(BaseCommand):
    help = "Import a set-up that `export_set_up` wrote. Without --yes: show what it would change, and change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--yes", action="store_true", help="take it, all or nothing")
        parser.add_argument("--json", action="store_true", help="print every row as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = Path(options["file"]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} can't be read: {error}.") from None
        try:
            result = import_set_up(text=text, actor="command line") if options["yes"] else preview_set_up(text=text)
        except SetUpFileRefused as refusal:
            for flaw in refusal.flaws:
                self.stderr.write(f"{flaw.pointer}: {flaw.detail}")
            raise CommandError(str(refusal)) from None
        self._print(result, as_json=options["json"])
        if result.refused:
            raise CommandError("The file can't be taken: see what is refused. Nothing was changed.")
        if result.changing and not options["yes"]:
            raise CommandError("Nothing was changed. Run it again with --yes to change this.")

    def _print(self, result: SetUpImport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"counts": result.counts, "rows": [asdict(row) for row in result.rows]}))
            return
        for row in result.rows:
            if row.outcome == Outcome.LEFT and not row.words:
                continue
            words = row.words or (in_words(row.changes) if row.outcome == Outcome.CHANGED else "")
            self.stdout.write(f"{row.outcome:8} {row.label} {row.name}{f': {words}' if words else ''}")
        self.stdout.write(", ".join(f"{number} {outcome}" for outcome, number in result.counts.items()))
