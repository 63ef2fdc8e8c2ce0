"""Sentences of dimensions. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
# ruff: noqa: E501
SENTENCES = (
    gettext_noop('%(code)s is no attribute type. Known: %(known)s.'),
    gettext_noop('%(code)s is no dimension type. Known: %(names)s.'),
    gettext_noop('%(known)s is not sent: %(why)s.'),
    gettext_noop('%(label)s %(value)s is dated %(dates)s, the document %(day)s.'),
    gettext_noop('%(name)s is inactive in Sage Intacct, or no longer there.'),
    gettext_noop('%(name)s is not known. It comes from Sage Intacct: synchronise it if it is new.'),
    gettext_noop('%(name)s is private to entity %(entity)s; this document is posted in entity %(entity2)s.'),
    gettext_noop('%(stored)s is linked to %(intacct_object)s here.'),
    gettext_noop('%(type)s comes with Sage Intacct and stays active.'),
    gettext_noop('Accounts that require it: %(number)s. Lines on them are refused until Sage Intacct requires it no more.'),
    gettext_noop('Business site'),
    gettext_noop('Channel'),
    gettext_noop('Department'),
    gettext_noop('Employee'),
    gettext_noop('Financial site'),
    gettext_noop('It comes with Sage Intacct and stays as it is.'),
    gettext_noop('Item'),
    gettext_noop('Manufacturing site'),
    gettext_noop('Project'),
    gettext_noop('Required of every line of: %(companies)s. Remove that requirement first.'),
    gettext_noop('Stock site'),
    gettext_noop('Task'),
    gettext_noop('Task %(value)s is one of a project: name its project too.'),
    gettext_noop('The attribute type %(label)s is not active: leave it out, or activate it.'),
    gettext_noop('The dimension type %(known)s is not active: leave it out, or activate it.'),
    gettext_noop('Whether a line must name it is decided by each account, in Sage Intacct.'),
)
