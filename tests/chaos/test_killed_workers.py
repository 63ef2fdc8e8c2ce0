"""A worker is killed (SIGKILL) at each point where something could be half done; another finishes the work."""

import os

import pytest

from tests.chaos.installation import Installation
from tests.factories.documents import sales_invoice
from tests.patience import wait_until

WHILE_SENDING = (
    "before_claim_commit",
    "after_claim",
    "after_render",
    "before_attempt_commit",
    "after_attempt_commit",
    "after_answer",
    "before_settle_commit",
    "after_settle",
)


EACH_RUN = ("before_attempt_commit", "after_attempt_commit", "after_answer", "before_settle_commit")
"""On both sides of what is written down first, and of what came back; the others in the long form (`make chaos`)."""


@pytest.mark.parametrize("point", WHILE_SENDING if "PORTAL_CHAOS_ROUNDS" in os.environ else EACH_RUN)
def test_killed_while_sending(point: str, installation: Installation) -> None:
    number = f"SI-{point}"
    doomed = installation.doomed_worker(f"{point}@{number}")
    installation.submit(sales_invoice(number=number))
    wait_until(lambda: f"Killed at {point}" in doomed.said(), what=f"a death at {point}", told=installation.said)
    doomed.kill()
    installation.work()
    installation.wait_settled(number)
    installation.assert_once(number)


def test_killed_while_looking_up(installation: Installation) -> None:
    number = "SI-before_verify_commit"
    installation.sandbox.arm("reset_after", match={"object": "ARINVOICE", "function": "create_invoice"})
    doomed = installation.doomed_worker(f"before_verify_commit@{number}")
    installation.submit(sales_invoice(number=number))
    told = "Killed at before_verify_commit"
    wait_until(lambda: told in doomed.said(), what=told, told=installation.said)
    doomed.kill()
    installation.work()
    installation.wait_settled(number)
    installation.assert_once(number)


def test_a_whole_batch_survives_a_death_in_the_middle(installation: Installation) -> None:
    numbers = [f"SI-BATCH-{index:02}" for index in range(20)]
    installation.kill_workers()
    for number in numbers:
        installation.submit(sales_invoice(number=number))
    doomed = installation.doomed_worker(f"before_settle_commit@{numbers[0]}")
    wait_until(lambda: "Killed at before_settle_commit" in doomed.said(), what="a death", told=installation.said)
    doomed.kill()
    installation.work()
    installation.wait_settled(*numbers)
    installation.assert_once(*numbers)


def test_a_document_that_kills_every_worker_ends_in_error_and_the_others_go_on(installation: Installation) -> None:
    """Poison: three deaths before anything was sent, then a person."""
    poison, others = "SI-POISON", [f"SI-BESIDE-{index}" for index in range(3)]
    installation.doomed_worker(f"after_render@{poison}")
    installation.submit(sales_invoice(number=poison))
    for number in others:
        installation.submit(sales_invoice(number=number))
    installation.wait_settled(poison, *others)
    installation.assert_once(*others)
    posting = installation.posting(poison)
    assert (posting["state"], posting["problem"]["kind"]) == ("error", "poison")
    assert installation.copies(poison) == []
