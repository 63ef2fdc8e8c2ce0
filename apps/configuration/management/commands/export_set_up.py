"""`export_set_up`: the whole set-up as one file, without secrets."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.services.set_up_file import export_set_up


class Command(BaseCommand):
    help = "Write the whole set-up, without secrets, as one file that another tenant can import."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-o", "--output", metavar="FILE", help="where to (standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        text = export_set_up(actor="command line")
        if not options["output"]:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["output"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']} can't be written: {error.strerror}.") from None
        self.stderr.write(f"The set-up is in {options['output']}. It holds no passwords.")
