"""Sentences of access. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
SENTENCES = (
    gettext_noop('%(name)s is revoked; no key works for it.'),
    gettext_noop("A client can't be limited to %(requests_per_minute)s requests a minute."),
    gettext_noop("A link can't work for %(days)s days."),
    gettext_noop('Choose 1 to %(days)s days; when they are over, make a new link.'),
    gettext_noop('Choose an overlap from 0 hours to 30 days (720 hours).'),
    gettext_noop('Create the company first.'),
    gettext_noop("Give 1 or more, or none: then the portal's setting holds."),
    gettext_noop('Look at API clients in the admin.'),
    gettext_noop("Look at the client's keys, then rotate again if it is still needed."),
    gettext_noop('Make a new client.'),
    gettext_noop("Name it by its reference: it is in the address of the client's page."),
    gettext_noop('Scopes of this role: %(offered)s.'),
    gettext_noop('Several clients are called %(name_or_reference)s.'),
    gettext_noop('The API key is not valid: it is unknown, revoked or expired.'),
    gettext_noop('The current key of %(name)s is not the one that was to be replaced.'),
    gettext_noop('The old key would end in the past, or work on for more than 30 days.'),
    gettext_noop('The role %(value)s has no scope %(wrong)s.'),
    gettext_noop('There is no client %(name_or_reference)s.'),
    gettext_noop('There is no company %(missing)s.'),
    gettext_noop('There is no role %(role)s. Roles are: %(values)s.'),
)
