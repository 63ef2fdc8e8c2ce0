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


def send_master_data(connection_id: int) -> None:
    from apps.synchronisation.services.outbound import send_master_data as send

    send(connection_id=connection_id)


def send_due_master_data() -> None:
    from apps.configuration.models import IntacctConfiguration
    from apps.synchronisation.services.outbound import send_master_data as send

    for connection_id in IntacctConfiguration.objects.filter(is_active=True).values_list("pk", flat=True):
        send(connection_id=connection_id)


def work_due_runs() -> None:
    from apps.synchronisation.services.inbound import work_due_runs as work

    work()
