"""Compares a day in pages of two: `start DAY`, or `resume` what a dead worker left. Prints the figures.

Both go on until it has ended: workers that were killed before may have every slot of the connection for some seconds.
"""

import datetime
import json
import sys
import time

from tests.chaos.portal import set_up

set_up()

from apps.access.viewer import SYSTEM_VIEWER  # noqa: E402  Django must be set up first
from apps.delivery.states import OPEN_RUN_STATES  # noqa: E402
from apps.mapping import period_question  # noqa: E402
from apps.reconciliation.models import ReconciliationRun  # noqa: E402
from apps.reconciliation.result import Period  # noqa: E402
from apps.reconciliation.services import posted_documents  # noqa: E402
from apps.reconciliation.services.runs import start_comparison  # noqa: E402
from apps.reconciliation.services.work import work_due_runs, work_to_the_end  # noqa: E402
from tests.patience import PATIENCE  # noqa: E402

posted_documents.PART = 2
period_question.PAGE = 2
if sys.argv[1] == "start":
    day = datetime.date.fromisoformat(sys.argv[2])
    run = start_comparison(period=Period(day, day), viewer=SYSTEM_VIEWER, wakes_worker=False)
    work_to_the_end(run=run)
elif sys.argv[1] == "resume":
    ends = time.monotonic() + PATIENCE
    while ReconciliationRun.objects.filter(state__in=OPEN_RUN_STATES).exists() and time.monotonic() < ends:
        work_due_runs()
        time.sleep(0.5)
newest = ReconciliationRun.objects.first()
if newest is not None:
    names = ("state", "step", "total", "done", "agreeing", "missing", "extra", "different")
    print(json.dumps({name: getattr(newest, name) for name in names}))  # noqa: T201
