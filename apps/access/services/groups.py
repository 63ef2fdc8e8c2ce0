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
    permissions = list(Permission.objects.select_related("content_type"))
    for role in Role:
        verbs = MODEL_PERMISSIONS.get(role, {})
        group, created = Group.objects.get_or_create(name=role.value)
        new += created
        group.permissions.add(
            *(one for one in permissions if one.codename.partition("_")[0] in verbs.get(one.content_type.app_label, ()))
        )
    return new
