"""Which way an object goes, as its mapping says."""

from apps.mapping.errors import NotSynchronised
from apps.mapping.models import Direction, ObjectMapping


def is_sent(object_name: str) -> bool:
    """False where the mapping of the object says *Not sent*."""
    return not ObjectMapping.objects.filter(object_name=object_name, direction=Direction.NOT_SENT).exists()


def notices_changes(object_name: str) -> bool:
    """Whether the mapping of what goes out says *Both*."""
    return ObjectMapping.objects.filter(object_name=object_name, direction=Direction.BOTH).exists()


def require_sent(object_name: str) -> None:
    """Raises `NotSynchronised` where the mapping of the object says *Not sent*."""
    if not is_sent(object_name):
        raise NotSynchronised(
            f"The mapping of {object_name} says Not sent, so it is not synchronised.",
            next_step="Choose its direction under Administration > Integrations > Sage Intacct > Mapping.",
        )
