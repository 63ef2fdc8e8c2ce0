"""Documents, faults and deaths in a random order. `SEED` (part of each number) repeats a run.

`PORTAL_CHAOS_ROUNDS` makes it longer.
"""

import os
import random

from tests.chaos.installation import Installation
from tests.chaos.test_faults import FAULTS
from tests.chaos.test_killed_workers import WHILE_SENDING
from tests.factories.documents import sales_invoice

ROUNDS = int(os.environ.get("PORTAL_CHAOS_ROUNDS", "1"))


def test_whatever_happens_each_document_is_there_once(installation: Installation, seed: int) -> None:
    chance = random.Random(seed)
    numbers: list[str] = []
    for turn in range(ROUNDS):
        here = [f"SI-R{seed}-{turn}-{index:02}" for index in range(chance.randint(5, 30))]
        kind, more = chance.choice(FAULTS)
        installation.sandbox.arm(kind, after=chance.randint(0, 3), **more)
        doomed = installation.doomed_worker(f"{chance.choice(WHILE_SENDING)}@{chance.choice(here)}")
        for number in here:
            installation.submit(sales_invoice(number=number))
        if chance.random() < 0.5:
            installation.lose_the_queue()
        doomed.kill()
        installation.work()
        installation.wait_settled(*here)
        numbers += here
    installation.assert_once(*numbers)
