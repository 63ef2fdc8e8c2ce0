"""Deleting items, customers and suppliers: hidden here at once, gone when Sage Intacct has followed."""

from collections.abc import Sequence

from django.db import transaction

from apps.foundation import audit, clock
from apps.foundation.preconditions import Precondition
from apps.foundation.wording import in_english
from apps.masterdata.changes import tell
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.versions import version_of


@in_english
@transaction.atomic
def delete_records(*, node: str, codes: Sequence[str], actor: str) -> list[str]:
    """Ask for these records to be deleted. Returns the IDs of those that were there.

    Over there they are deleted too, or made inactive where Intacct does not let go of them (dmo-facts 13.9).
    """
    rows = OUTBOUND_NODES[node].model._default_manager.select_for_update().filter(code__in=codes, deleted_at=None)
    records = list(rows)
    now = clock.database_now()
    rows.filter(pk__in=[one.pk for one in records]).update(deleted_at=now, is_active=False, updated_at=now)
    audit.record(
        audit.Event(
            actor=actor,
            action=f"{node}_deleted",
            subject_type=node,
            subject_id=str(one.pk),
            subject_label=str(one),
        )
        for one in records
    )
    deleted = [one.code for one in records]
    tell(node, deleted)
    return deleted


@in_english
@transaction.atomic
def delete_record(*, node: str, code: str, supposed: Precondition, actor: str) -> bool:
    """Ask for one record to be deleted, if it is what is supposed; False: it was not there.

    Raises `PreconditionFailed`.
    """
    kind = OUTBOUND_NODES[node]
    record = kind.model._default_manager.select_for_update().filter(code=code, deleted_at=None).first()
    if record is not None:
        supposed.check(version_of(kind, record, kind.addresses_of(record)), what=f"{node.capitalize()} {code}")
    return bool(delete_records(node=node, codes=[code], actor=actor))


@transaction.atomic
def forget_deleted(*, node: str, codes: Sequence[str]) -> None:
    """Remove the rows of deleted records that nothing over there needs any more; one that was revived stays."""
    OUTBOUND_NODES[node].model._default_manager.filter(code__in=codes, deleted_at__isnull=False).delete()
