"""Django, set up for a script that looks inside a chaos installation; the installation's environment says which."""

import os

import django


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_portal.settings")
    django.setup()
