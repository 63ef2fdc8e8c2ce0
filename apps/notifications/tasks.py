"""Doors for the queue: safe to run twice, never, or late."""


def work_webhooks() -> None:
    from apps.notifications.services.send import work_webhooks as work

    work()


def work_mails() -> None:
    from apps.notifications.services.send_mails import work_mails as work

    work()
