"""Puts the same wake-up into the queue several times: `repeat_task.py TIMES`."""

import sys

from tests.chaos.portal import set_up

set_up()

from django_q.tasks import async_task  # noqa: E402  Django must be set up first

from apps.configuration.models import IntacctConfiguration  # noqa: E402
from apps.foundation.wakeups import Wakeup  # noqa: E402

for _ in range(int(sys.argv[1])):
    async_task(Wakeup.DRAIN.value, IntacctConfiguration.objects.get().pk)
