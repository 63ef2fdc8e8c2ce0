"""Doors for the queue: safe to run twice, never, or late."""


def roll_up_figures() -> None:
    from apps.status.services.roll_up import roll_up_figures as work

    work()
