"""Compares October in pages of two: `start`, or `resume` what a dead worker left. Prints the figures."""

import datetime
import json
import sys

from tests.chaos.portal import set_up

set_up()

from apps.access.viewer import SYSTEM_VIEWER  # noqa: E402  Django must be set up first
from apps.mapping import period_question  # noqa: E402
from apps.reconciliation.models import ReconciliationRun  # noqa: E402
from apps.reconciliation.result import Period  # noqa: E402
from apps.reconciliation.services import posted_documents  # noqa: E402
from apps.reconciliation.services.runs import start_comparison  # noqa: E402
from apps.reconciliation.services.work import work_due_runs, work_run  # noqa: E402

posted_documents.PART = 2
period_question.PAGE = 2
if sys.argv[1] == "start":
    october = Period(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
    run = start_comparison(period=october, viewer=SYSTEM_VIEWER, wakes_worker=False)
    work_run(run_id=run.pk)
elif sys.argv[1] == "resume":
    work_due_runs()
newest = ReconciliationRun.objects.first()
if newest is not None:
    names = ("state", "step", "total", "done", "agreeing", "missing", "extra", "different")
    print(json.dumps({name: getattr(newest, name) for name in names}))  # noqa: T201
