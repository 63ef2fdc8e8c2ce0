"""`read_payments`: what the schedule does."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.postings.services.payments import read_due_payments


class Command(BaseCommand):
    help = "Ask Sage Intacct for the payments of posted invoices that are due to be read."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Asked about {read_due_payments()} document(s).")
