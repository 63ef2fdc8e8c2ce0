"""Writing stored secrets anew, with the first of the encryption keys."""

from django.db import transaction

from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.foundation import audit
from apps.foundation.wording import in_english


@in_english
def rotate_secrets(*, actor: str) -> int:
    """Encrypt every configuration's secrets with the first key of PORTAL_ENCRYPTION_KEYS. Returns how many there are.

    All or none. Raises `apps.foundation.fields.SecretUnreadable` where no key opens one.
    """
    with transaction.atomic():
        configurations = list(IntacctConfiguration.objects.select_for_update().order_by("pk"))
        for configuration in configurations:
            configuration.save(update_fields=[*secret_fields(), "updated_at"])
            audit.record(
                audit.Event(
                    actor=actor,
                    action="secrets_rotated",
                    subject_type="configuration",
                    subject_id=str(configuration.pk),
                    subject_label=configuration.code,
                )
            )
    return len(configurations)
