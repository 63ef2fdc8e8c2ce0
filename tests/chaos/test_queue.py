"""Nothing that matters is in the queue: it may be lost, repeated, or read by several at once."""

import threading

from tests.chaos.installation import Installation
from tests.factories.documents import sales_invoice
from tests.patience import PATIENCE


def test_every_message_is_lost(installation: Installation) -> None:
    installation.kill_workers()
    numbers = [installation.submit(sales_invoice(number=f"SI-LOST-{index}")) for index in range(5)]
    installation.lose_the_queue()
    installation.work()
    installation.wait_settled(*numbers)
    installation.assert_once(*numbers)


def test_the_same_task_is_delivered_five_times_to_two_workers(installation: Installation) -> None:
    installation.kill_workers()
    numbers = [installation.submit(sales_invoice(number=f"SI-TWICE-{index:02}")) for index in range(40)]
    installation.deliver_again(5)
    installation.worker()
    installation.worker()
    installation.wait_settled(*numbers)
    installation.assert_once(*numbers)
    installation.kill_workers()


def test_the_same_document_is_submitted_by_many_at_once(installation: Installation) -> None:
    installation.work()
    statuses: list[int] = []

    def submit() -> None:
        answer = installation.http.post(
            f"{installation.base}/api/v1/postings/", json=sales_invoice(number="SI-MANY"), timeout=PATIENCE
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 7 + [201]
    installation.wait_settled("SI-MANY")
    installation.assert_once("SI-MANY")
