"""Doors for the queue: safe to run twice, never, or late."""

from apps.configuration.models import IntacctConfiguration


def drain_connection(connection_id: int) -> None:
    from apps.delivery.services.drain import drain

    connection = IntacctConfiguration.objects.filter(pk=connection_id, is_active=True).first()
    if connection is not None:
        drain(connection=connection)


def dispatch_due_work() -> None:
    from apps.delivery.services.dispatch import dispatch_from_schedule

    dispatch_from_schedule()
