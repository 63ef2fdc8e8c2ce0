"""`rotate_secrets`: after a new encryption key was put first, writes all stored secrets with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.configuration.services.rotation import rotate_secrets
from apps.foundation.fields import SecretUnreadable


class Command(BaseCommand):
    help = "Encrypt all stored secrets with the first key of PORTAL_ENCRYPTION_KEYS; the old keys may then be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = rotate_secrets(actor="command line")
        except SecretUnreadable as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"The secrets of {number} configurations are encrypted with the first key.")
