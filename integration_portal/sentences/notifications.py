"""Sentences of notifications. Written by `make messages`; do not edit."""

from django.utils.translation import gettext_noop

# fmt: off
# ruff: noqa: E501
SENTENCES = (
    gettext_noop('%(actor)s switched the digest off before it was sent.'),
    gettext_noop('%(actor)s switched the rule off before it was sent.'),
    gettext_noop('%(endpoint)s is not active, so nothing is sent to it.'),
    gettext_noop('Activate it first.'),
    gettext_noop('Answered %(status)s.'),
    gettext_noop('Answered %(status)s: a redirect is not followed. Enter the address that it leads to.'),
    gettext_noop('Answered 410: the receiver wants no more messages.'),
    gettext_noop('Choose at least one event.'),
    gettext_noop('Choose companies, or all of them.'),
    gettext_noop('Deactivated by %(actor)s.'),
    gettext_noop('Delivered: answered %(status)s.'),
    gettext_noop('No company is chosen.'),
    gettext_noop('No connection within %(connect_seconds)s seconds.'),
    gettext_noop('No event is chosen.'),
    gettext_noop('No secure connection: the certificate is not valid for this host, expired, or of an unknown issuer.'),
    gettext_noop('No whole answer within %(deadline)s seconds.'),
    gettext_noop('Nobody answers at this address.'),
    gettext_noop("Not sent: the secret can't be read with the keys of PORTAL_ENCRYPTION_KEYS. Rotate the secret."),
    gettext_noop('Nothing but failures for %(days)s days. The last one: %(words)s'),
    gettext_noop('Plain http is not allowed: anybody on the way could read it.'),
    gettext_noop("The address can't be used."),
    gettext_noop('The address of %(host)s is private, so nothing is sent there.'),
    gettext_noop('The connection broke before an answer came.'),
    gettext_noop("The host's name can't be resolved."),
    gettext_noop("The mail can't be written (%(name)s)."),
    gettext_noop("The mail server can't be used (%(name)s)."),
    gettext_noop('The mail server did not answer within %(email_timeout)s seconds.'),
    gettext_noop('The mail server ended the conversation.'),
    gettext_noop("The mail server of EMAIL_URL can't be reached: %(reason)s."),
    gettext_noop('The message is on its way at this moment.'),
    gettext_noop('The receiver answered 410 Gone: it wants no more messages.'),
    gettext_noop('Use an https address on the Internet, or have its host added to WEBHOOK_ALLOWED_HOSTS in the environment.'),
    gettext_noop('Wait for what comes of it.'),
    gettext_noop('Write https://, the host and a path, without user name, password or #.'),
)
