"""The secret with which Sage Intacct signs in at our callback address."""

from django.db import transaction

from apps.configuration.models import IntacctConfiguration
from apps.configuration.models.intacct_configuration import new_callback_secret
from apps.foundation import audit
from apps.foundation.fields import SecretUnreadable
from apps.foundation.wording import in_english


@in_english
def renew_unreadable(*, configuration: IntacctConfiguration, actor: str) -> bool:
    """Replace a secret that no encryption key opens: whoever entered the passwords again can't enter this one.

    Returns whether it was replaced; Intacct's policy then needs a new one.
    """
    try:
        _ = configuration.callback_secret
    except SecretUnreadable:
        renew(configuration=configuration, actor=actor)
        return True
    return False


@in_english
@transaction.atomic
def renew(*, configuration: IntacctConfiguration, actor: str) -> str:
    """Make a new secret; the old one is refused from now on. Returned once, kept encrypted, never shown again."""
    secret = configuration.callback_secret = new_callback_secret()
    configuration.save(update_fields=["callback_secret", "updated_at"])
    audit.record(
        audit.Event(
            actor=actor,
            action="callback_secret_renewed",
            subject_type="configuration",
            subject_id=str(configuration.pk),
            subject_label=configuration.code,
        )
    )
    return secret
