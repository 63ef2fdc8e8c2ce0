"""`purge --older-than 13mo`: stored messages, comparisons, mails, results and sessions past their keeping time."""

import datetime
import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django_q.models import Task

from apps.delivery.services.purge import purge_messages
from apps.foundation import audit
from apps.notifications.services.mails import purge_mails
from apps.notifications.services.messages import purge_webhooks
from apps.postings.services.idempotency import forget_old
from apps.reconciliation.services.purge import purge_comparisons

DAYS = {"d": 1, "w": 7, "mo": 30, "y": 365}


def age(text: str) -> datetime.timedelta:
    """ "13mo", "90d", "2y" as a time span."""
    found = re.fullmatch(r"(\d+)(d|w|mo|y)", text)
    if found is None or int(found[1]) < 1:
        raise ArgumentTypeError("Write a number and d, w, mo or y: 90d, 13mo, 2y.")
    return datetime.timedelta(days=int(found[1]) * DAYS[found[2]])


class Command(BaseCommand):
    help = (
        "Empty stored messages and delete webhook messages, comparisons, mails and task results past their keeping "
        "time, and sessions that are over. Postings and attempts stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=age, required=True, metavar="AGE", help="for example 13mo, 90d, 2y")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - options["older_than"]
        counts = {"messages": purge_messages(before=before), "idempotency_keys": forget_old()}
        counts["webhook_messages"] = purge_webhooks(before=before)
        counts["comparisons"] = purge_comparisons(before=before)
        counts["mails"] = purge_mails(before=before)
        counts["task_results"], _ = Task.objects.filter(stopped__lt=before).delete()
        counts["sessions"], _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
        with transaction.atomic():
            audit.record(
                audit.Event(
                    actor="command line",
                    action="purged",
                    subject_type="portal",
                    subject_id="messages",
                    detail={**counts, "before": before.isoformat()},
                )
            )
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(
            f"Emptied {counts['messages']} messages; deleted {counts['webhook_messages']} webhook messages, "
            f"{counts['mails']} mails, {counts['comparisons']} comparisons, {counts['task_results']} task results, "
            f"{counts['idempotency_keys']} idempotency keys and {counts['sessions']} sessions that are over."
        )
