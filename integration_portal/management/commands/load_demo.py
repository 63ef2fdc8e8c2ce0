"""`load_demo`: the demo company and its documents."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.masterdata.models import Account
from integration_portal.demo.company import load_company, load_notice, load_people, load_rest_client
from integration_portal.demo.records import load_records
from integration_portal.demo.story import DemoFailed, submit_documents
from integration_portal.supervisor import sandbox_endpoint


class Command(BaseCommand):
    help = "Load the demo company, its people and its documents. A second run posts nothing again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company-only", action="store_true", help="leave the documents out")
        parser.add_argument("--endpoint", help="the sandbox gateway's address")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_ENABLED:
            raise CommandError("The demo needs the sandbox gateway, which is not enabled here (SANDBOX_ENABLED).")
        load_company(endpoint=options["endpoint"] or sandbox_endpoint())
        load_people()
        load_notice()
        load_rest_client()
        if options["company_only"]:
            return
        if not Account.objects.exists():
            raise CommandError(
                "The demo company is loaded. Its documents need accounts: start the sandbox, run "
                "`synchronise --all`, then `load_demo` again."
            )
        load_records()
        try:
            new = submit_documents()
        except DemoFailed as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"The demo company is loaded; {new} of its documents are new.")
