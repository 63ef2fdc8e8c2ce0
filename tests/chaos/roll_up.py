"""Rolls figures up in slices of one: `all`, `rest` (what a dead worker left), `all_in_any_turn`; or `lose`, `show`.

`free` first: a worker that was killed before may have the turn for minutes.
"""

import datetime
import json
import sys

from tests.chaos.portal import set_up

set_up()

from apps.status.models import DayFigure, HourFigure, PartnerAmount, PartnerFigure, Recount, RollUp  # noqa: E402  set up first
from apps.status.services import recount, roll_up  # noqa: E402

recount.PARTNERS_AT_ONCE = 1
roll_up.TURN = datetime.timedelta(seconds=3)
if sys.argv[1] == "all_in_any_turn":
    for _ in range(3):
        recount.begin_recount(is_awaited=True)
        while recount.recount_slice() is not None:
            pass
elif sys.argv[1] == "free":
    RollUp.objects.update(turn_token="", turn_until=None)
elif sys.argv[1] == "lose":
    PartnerFigure.objects.all().delete()
    DayFigure.objects.all().delete()
elif sys.argv[1] != "show":
    sys.stdout.write(str(roll_up.roll_up_figures(everything=sys.argv[1] == "all")))
else:
    figures = [
        list(
            PartnerFigure.objects.order_by("kind", "code").values_list("kind", "code", "posted", "pending", "in_error")
        ),
        list(PartnerAmount.objects.order_by("figure__code", "currency").values_list("figure__code", "posted", "open")),
        list(DayFigure.objects.values_list("day", "company", "posted", "pending", "in_error", "cancelled")),
        list(HourFigure.objects.values_list("hour", "posted")),
    ]
    left = [f"{one.kind} {one.source} {one.after}" for one in Recount.objects.all()]
    sys.stdout.write(json.dumps({"left": left, "figures": figures}, default=str))
