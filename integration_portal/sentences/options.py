"""Sentences of options. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
# ruff: noqa: E501
SENTENCES = (
    gettext_noop('Exchange master data and accounting documents with Sage Intacct. While it is off nothing is sent, nothing that comes in is taken, and what is waiting is held until it is on again.'),
    gettext_noop('It is %(there)s in the file. An import moves no switch: do so under %(path)s.'),
    gettext_noop('Read them, then confirm.'),
    gettext_noop('Run manage.py load_delivered_data.'),
    gettext_noop('Sage Intacct'),
    gettext_noop('The option %(label)s is turned off, so nothing is exchanged.'),
    gettext_noop('There is no option %(code)s.'),
    gettext_noop('Turning %(name)s off has consequences.'),
)
