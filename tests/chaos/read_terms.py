"""Synchronises the AP terms in pages of four: `read_terms.py start`, or `resume` what a dead reader left."""

import sys

from tests.chaos.portal import set_up

set_up()

from django.core.management import call_command  # noqa: E402  Django must be set up first

from apps.mapping import reading  # noqa: E402
from apps.synchronisation.services.inbound import work_due_runs  # noqa: E402

reading.PAGE = 4
if sys.argv[1] == "start":
    call_command("synchronise", "AP_TERM")
else:
    work_due_runs()
