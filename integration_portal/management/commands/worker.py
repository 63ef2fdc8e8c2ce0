"""`worker`: the queue's cluster under a watch, which restarts it when it looks alive but executes nothing."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from apps.delivery.models import WorkerHeartbeat
from apps.delivery.models.heartbeat import HEARTBEAT_STALE
from apps.delivery.services.dispatch import dispatch
from apps.notifications.services.send_mails import work_mails
from apps.notifications.services.turns import wake_for_webhooks
from apps.status.services.roll_up import wake_for_figures

TICK_SECONDS = 2.0


class Command(BaseCommand):
    help = "Run a queue worker: drains deliveries, restarts itself when it hangs, stops on SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--grace", type=float, default=30.0, help="seconds for work in flight at a stop (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            cluster = self._start()
            self._watch(cluster)
            self._end(cluster, grace=options["grace"])
            if not self.stopping:
                self.stderr.write("The queue worker had stopped or executed nothing for three minutes: restarted.")
                self._tell()
                time.sleep(1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self) -> "subprocess.Popen[bytes]":
        # A session of its own, so that a stop reaches the forks of the cluster too. The checks were made already.
        return subprocess.Popen([sys.executable, "manage.py", "qcluster", "--skip-checks"], start_new_session=True)

    def _watch(self, cluster: "subprocess.Popen[bytes]") -> None:
        """Until the cluster ends, is stuck, or we are told to stop; meanwhile, wake it for due work."""
        started = timezone.now()
        while not self.stopping and cluster.poll() is None:
            time.sleep(TICK_SECONDS)
            close_old_connections()
            try:
                dispatch()
                wake_for_webhooks()
                wake_for_figures()
                beat = WorkerHeartbeat.objects.values_list("beaten_at", flat=True).order_by("-beaten_at").first()
            except DatabaseError as error:
                self.stderr.write(f"The database is away ({type(error).__name__}); trying again.")
                continue
            if timezone.now() - max(beat or started, started) > HEARTBEAT_STALE:
                return

    def _tell(self) -> None:
        """Where no task is executed, none can send the alert that says so."""
        close_old_connections()
        try:
            work_mails()
        except DatabaseError as error:
            self.stderr.write(f"The database is away ({type(error).__name__}); trying again.")

    def _end(self, cluster: "subprocess.Popen[bytes]", *, grace: float) -> None:
        """Ask, wait, then kill the whole group. A kill is harmless: what was in flight is looked up."""
        if cluster.poll() is None:
            cluster.terminate()
            with suppress(subprocess.TimeoutExpired):
                cluster.wait(timeout=grace)
        with suppress(ProcessLookupError):
            os.killpg(cluster.pid, signal.SIGKILL)
        cluster.wait()
