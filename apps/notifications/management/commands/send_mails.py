"""`send_mails`: what the schedule does each minute, in this process; for a machine that watches the workers."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.foundation.errors import PortalError
from apps.notifications.services.mails import require_mail_server
from apps.notifications.services.send_mails import work_mails


class Command(BaseCommand):
    help = "Look at the alert rules, write due digests, and send mails. From cron, it tells that no worker runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_mail_server()
        except PortalError as refusal:
            raise CommandError(str(refusal)) from refusal
        report = work_mails()
        words = f"Alerts: {report.alerts}, digests: {report.digests}. Sent {report.sent}, failed {report.failed}."
        self.stdout.write(json.dumps(asdict(report)) if options["json"] else words)
