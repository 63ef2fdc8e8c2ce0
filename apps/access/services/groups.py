"""The delivered Django groups: one for each role, with its permissions."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from apps.access.roles import MODEL_PERMISSIONS, Role


@transaction.atomic
def load_groups() -> int:
    """Create the groups of the contract (5.4) and add the permissions they lack. Returns how many groups are new.

    Permissions that an admin added stay; the delivered ones come back if they were removed.
    """
    new = 0
    for role in Role:
        group, created = Group.objects.get_or_create(name=role.value)
        new += created
        for app_label, verbs in MODEL_PERMISSIONS.get(role, {}).items():
            codenames = Permission.objects.filter(content_type__app_label=app_label)
            wanted = [permission for permission in codenames if permission.codename.partition("_")[0] in verbs]
            group.permissions.add(*wanted)
    return new
