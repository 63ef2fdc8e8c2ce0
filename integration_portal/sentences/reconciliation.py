"""Sentences of reconciliation. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
# ruff: noqa: E501
SENTENCES = (
    gettext_noop('%(agreeing)s of %(done)s agree; %(found)s.'),
    gettext_noop('A period is being compared with Sage Intacct already.'),
    gettext_noop('Compare shorter periods one after the other.'),
    gettext_noop('From %(first)s to %(last)s are %(days)s days; %(most_days)s can be compared at once.'),
    gettext_noop('Give the first day first.'),
    gettext_noop('In Intacct the %(values)s.'),
    gettext_noop("Intacct can't be asked: %(error)s"),
    gettext_noop("Intacct no longer has record %(record_no)s, nor another one with this document's key."),
    gettext_noop("Intacct's answer can't be read: %(error)s."),
    gettext_noop('It carries a key of the portal that belongs to none of its documents.'),
    gettext_noop('It carries the key of %(label)s %(number)s, %(why)s.'),
    gettext_noop('Reload it to see how.'),
    gettext_noop('Sage Intacct could not be asked for a long time. Test the connection, then compare again.'),
    gettext_noop('See it under Reconciliation.'),
    gettext_noop('The comparison %(run)s has ended.'),
    gettext_noop('The comparison did not end: it is %(get_state_display)s.'),
    gettext_noop('The period would end on %(last)s, before it begins on %(first)s.'),
    gettext_noop('The worker that compared stopped again and again at the same place, so the comparison was given up. Look at what the worker says, then compare again, or compare fewer days.'),
    gettext_noop('Wait until that comparison has ended, or cancel it under Reconciliation.'),
)
