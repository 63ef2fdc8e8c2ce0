"""`load_delivered_data`: everything that comes with the portal. Idempotent; an admin's changes stay."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from apps.access.services.groups import load_groups
from apps.dimensions.services.delivered import load_dimensions
from apps.foundation.delivered import LoadReport
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.options.services.delivered import load_options
from apps.organisation.services.delivered import load_organisation
from apps.postings.services.delivered import load_account_determination
from integration_portal.schedules import ensure_schedules


class Command(BaseCommand):
    help = (
        "Load what is delivered (legislations, charts of accounts, taxes, attribute and dimension types, options, "
        "entry types, groups). "
        "Never overwrites what an admin changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        groups = load_groups()
        ensure_schedules()
        reports: dict[str, LoadReport] = {
            **load_organisation(),
            **load_dimensions(),
            "options": load_options(),
            **load_account_determination(),
            "object mappings": LoadReport(created=ensure_object_mappings()),
            "groups": LoadReport(created=groups),
        }
        if options["json"]:
            self.stdout.write(json.dumps({name: vars(report) for name, report in reports.items()}))
            return
        for name, report in reports.items():
            self.stdout.write(
                f"{name}: {report.created} new, {report.updated} refreshed, {report.kept} kept as an admin changed them"
            )
