"""Doors for the queue: safe to run twice, never, or late."""


def read_payments() -> None:
    from apps.postings.services.payments import read_due_payments

    read_due_payments()
