"""`check_connection [CONFIG_ID]`: the connection test of the configuration page."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.selectors import configuration_named
from apps.configuration.services.connection_test import test_connection
from apps.configuration.test_steps import StepResult
from apps.foundation.errors import PortalError

MARKS = {StepResult.PASSED: "ok     ", StepResult.WARNING: "warning", StepResult.FAILED: "FAILED "}


class Command(BaseCommand):
    help = "Test the connection to Sage Intacct, step by step. Posts nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("config_id", nargs="?", help="the configuration's ID; the active one if left out")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            configuration = configuration_named(options["config_id"])
        except PortalError as refusal:
            raise CommandError(str(refusal)) from None
        test = test_connection(configuration=configuration, actor="command line")
        if options["json"]:
            self.stdout.write(json.dumps(test.as_json()))
        else:
            for step in test.steps:
                self.stdout.write(f"{MARKS[step.result]}  {step.name}: {step.detail}")
                if step.next_step:
                    self.stdout.write(f"         → {step.next_step}")
        if not test.passed:
            raise CommandError(f"The connection of {configuration.code} does not work.")
