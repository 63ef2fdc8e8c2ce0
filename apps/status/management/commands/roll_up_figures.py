"""`roll_up_figures`: count anew what changed, or everything, without waiting for a worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.status.models import Recount, StaleFigure
from apps.status.services.roll_up import roll_up_figures


class Command(BaseCommand):
    help = "Roll up the figures of the dashboards: what changed, or with --all every one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="count every figure anew")

    def handle(self, *args: Any, **options: Any) -> None:
        counted = roll_up_figures(everything=options["all"], budget_seconds=float("inf"))
        self.stdout.write(f"{counted} figures counted.")
        if StaleFigure.objects.exists() or Recount.objects.filter(is_awaited=True).exists():
            self.stdout.write("Others are being counted by a worker at this moment.")
