"""Shortens a chaos installation's deadline and horizon (seconds): `impatience.py DEADLINE HORIZON`."""

import sys

from tests.chaos.portal import set_up

set_up()

from apps.configuration.models import IntacctConfiguration  # noqa: E402  Django must be set up first

deadline, horizon = sys.argv[1:]
IntacctConfiguration.objects.update(
    call_deadline_seconds=int(deadline),
    processing_horizon_seconds=int(horizon),
    marker_mode="field",
    nightly_days=0,  # what a test compares, nobody else does at the same time
)
