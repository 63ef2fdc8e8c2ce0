"""`demo_story`: the demonstration's steps, for the supervisor of `make run` and `make demo`."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.services.connection_test import ConnectionTest
from integration_portal.demo import story
from integration_portal.demo.company import load_company, load_notice, load_people, load_rest_client
from integration_portal.demo.records import load_records
from integration_portal.supervisor import sandbox_endpoint

START_SECONDS = 20
SETTLE_SECONDS = 50


class Command(BaseCommand):
    help = "Load the demo, test the connection, synchronise, post, and print what came of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--then-wait", action="store_true", help="go on until stopped, for `make run`")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._tell(options["port"], serving=options["then_wait"])
        except story.DemoFailed as failure:
            raise CommandError(str(failure)) from None
        while options["then_wait"]:
            time.sleep(3600)

    def _tell(self, port: int, *, serving: bool) -> None:
        load_company(endpoint=sandbox_endpoint())
        logins = load_people()
        load_notice()
        key = load_rest_client()
        self._say("Testing the connection to the sandbox gateway")
        for step in self._tested().steps:
            self.stdout.write(f"    {step.name}: {step.detail}")
        self._say("Synchronising financial data")
        for run in story.synchronise_all():
            self.stdout.write(f"    {run.get_object_display()}: {run.done}")
        self._say("Posting the demo company's documents through the queue")
        load_records()
        new = story.submit_documents()
        settled = story.wait_until_settled(seconds=SETTLE_SECONDS)
        rows = story.summary()
        self.stdout.write(f"    {new} submitted, {len(rows) - new} were there before.\n")
        self.stdout.write(story.table(rows))
        wrong = [row for row in rows if not row.as_expected]
        posted = sum(row.state == story.State.POSTED for row in rows)
        self.stdout.write(f"\n{posted} posted, {len(rows) - posted} refused by Intacct on purpose.")
        off = story.totals_that_differ()
        accounts = "Every account's total in the sandbox is the one reckoned from the documents."
        self.stdout.write("\n".join(map(str, off)) if off else accounts)
        compared = story.reconciled()
        self.stdout.write(f"Reconciled with the sandbox: {compared.agreeing} of {compared.posted} documents agree.")
        if serving:
            base = f"http://127.0.0.1:{port}"
            self.stdout.write(f"\n  The portal     {base}/admin/")
            for login in logins:
                self.stdout.write(f"                 {login.name} / {login.password}   ({login.what})")
            self.stdout.write(f"  Status pages   {base}/status/   (for the partner)")
            self.stdout.write(f"  REST API       {base}/api/docs/")
            self.stdout.write(f"                 Authorization: Api-Key {key}")
            self.stdout.write(f"  Sandbox        {sandbox_endpoint()}")
            self.stdout.write("\nCtrl-C stops everything.")
        if not settled or wrong:
            raise story.DemoFailed(f"{len(wrong)} documents did not end in the state that the demo says.")
        if not compared.agrees and not serving:
            raise story.DemoFailed("Portal and sandbox differ: see `manage.py reconcile`.")
        if off and not serving:
            raise story.DemoFailed(f"{len(off)} accounts are not what the documents make of them.")

    def _say(self, words: str) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(f"==> {words}"))

    def _tested(self) -> ConnectionTest:
        """The test, tried until the sandbox has started."""
        ends = time.monotonic() + START_SECONDS
        while True:
            try:
                return story.test_the_connection()
            except story.DemoFailed:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.5)
