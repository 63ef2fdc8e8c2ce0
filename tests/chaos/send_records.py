"""Sends the master data that is due until nothing is left, as a worker does that is woken again and again."""

import sys
import time

from tests.chaos.portal import set_up

set_up()

from apps.configuration.models import IntacctConfiguration  # noqa: E402  Django must be set up first
from apps.delivery.services.outbound_states import has_work  # noqa: E402
from apps.synchronisation.services.outbound import send_master_data  # noqa: E402

connection = IntacctConfiguration.objects.get()
ends = time.monotonic() + float(sys.argv[1])
while has_work(connection) and time.monotonic() < ends:
    send_master_data(connection_id=connection.pk, budget_seconds=5)
    time.sleep(0.2)
