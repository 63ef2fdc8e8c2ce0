"""Sentences of masterdata. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
SENTENCES = (
    gettext_noop('%(code)s stands in this request more than once.'),
    gettext_noop('%(tax_management)s is no tax management.'),
    gettext_noop('Account %(number)s belongs to no chart of accounts, so its tax management is Other.'),
    gettext_noop('Choose a chart on the Defaults tab of the configuration, then synchronise the accounts.'),
    gettext_noop('Correct what the errors point to and send the %(name)s again. Nothing of it was stored.'),
    gettext_noop('For %(name)s, tax management is Other on every account.'),
    gettext_noop('Its legislation knows no other tax management than Other.'),
    gettext_noop('Leave it. It can be selected where the legislation allows it, as France and Germany do.'),
    gettext_noop('Only one address is the %(words)s address.'),
    gettext_noop('The address %(code)s is given more than once.'),
    gettext_noop('Use one of: %(known)s.'),
)
