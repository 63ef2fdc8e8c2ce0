"""Loses every message of the queue, as a broker without persistence does."""

from tests.chaos.portal import set_up

set_up()

from django_q.brokers import get_broker  # noqa: E402  Django must be set up first

get_broker().purge_queue()
