"""`reconcile --from D --to D [--company C]`: what the portal posted and what Intacct holds, side by side."""

import datetime
import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.access.viewer import SYSTEM_VIEWER
from apps.foundation.errors import PortalError
from apps.organisation.models import Company
from apps.reconciliation.report import as_json, as_text
from apps.reconciliation.result import Period
from apps.reconciliation.services.reconcile import reconcile


class Command(BaseCommand):
    help = "Compare posted documents with Sage Intacct by posting date. Exit code 0 only where everything agrees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=_day, required=True, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=_day, required=True, metavar="DATE", help="the last day")
        parser.add_argument("--company", metavar="CODE", help="only this company's documents")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        company = None
        if options["company"] is not None:
            company = Company.objects.filter(code=options["company"]).first()
            if company is None:
                known = ", ".join(Company.objects.values_list("code", flat=True)) or "none"
                raise CommandError(f"There is no company {options['company']!r}. There are: {known}.")
        try:
            result = reconcile(period=Period(options["first"], options["last"]), viewer=SYSTEM_VIEWER, company=company)
        except PortalError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(json.dumps(as_json(result)) if options["json"] else as_text(result))
        if not result.agrees:
            raise CommandError("Portal and Intacct differ: see above.")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date (YYYY-MM-DD)") from None
