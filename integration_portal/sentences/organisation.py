"""Sentences of organisation. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
SENTENCES = (
    gettext_noop('Choose or enter at least one tax category.'),
    gettext_noop('Correct what is marked, then set it up again. Nothing was stored.'),
    gettext_noop('The custom tax solution was not set up.'),
    gettext_noop('The legislation has no chart of accounts yet. Enter one.'),
    gettext_noop('The tax category %(code)s stands here twice.'),
)
