"""`custom_package`: writes the custom package, of the active configuration or of the one named."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.selectors import configuration_named
from apps.foundation.errors import PortalError
from apps.foundation.fields import SecretUnreadable
from apps.mapping.services.custom_package import make_package


class Command(BaseCommand):
    help = "Write the custom package that Sage Intacct imports. It holds a secret: do not share the file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("config_id", nargs="?", default="", help="ID of the configuration (the active one)")
        parser.add_argument("-o", "--output", metavar="FILE", help="where to (standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            configuration = configuration_named(options["config_id"])
            package = make_package(configuration=configuration, actor="command line")
        except (PortalError, SecretUnreadable) as refusal:
            raise CommandError(str(refusal)) from None
        if not options["output"]:
            self.stdout.write(package.content.decode(), ending="")
            return
        try:
            Path(options["output"]).write_bytes(package.content)
        except OSError as error:
            raise CommandError(f"{options['output']} can't be written: {error.strerror}.") from None
        self.stderr.write(f"Version {package.version} of {configuration.code} in {options['output']}.")
