"""Doors for the queue: safe to run twice, never, or late."""


def work_run(run_id: str) -> None:
    from apps.reconciliation.services.work import work_run as work

    work(run_id=run_id)


def work_due_runs() -> None:
    from apps.reconciliation.services.night import start_nightly
    from apps.reconciliation.services.work import work_due_runs as work

    start_nightly()
    work()
