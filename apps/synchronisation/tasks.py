"""Doors for the queue: safe to run twice, never, or late."""


def work_event(event_id: str) -> None:
    from apps.synchronisation.services.event_work import work_event as work

    work(event_id=event_id)


def work_due_events() -> None:
    from apps.synchronisation.services import event_work
    from apps.synchronisation.services.incoming_events import forget_old_events

    event_work.work_due_events()
    forget_old_events()


def work_run(run_id: str) -> None:
    from apps.synchronisation.services.inbound import work_run as work

    work(run_id=run_id)


def work_due_runs() -> None:
    from apps.synchronisation.services.inbound import work_due_runs as work

    work()
