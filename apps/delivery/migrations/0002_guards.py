"""What the database itself refuses: illegal moves, changed identities and payloads, rewritten evidence."""

from django.db import migrations

from apps.foundation.triggers import RefuseWhen

ALLOWED_MOVES = {
    "pending": ("sending", "held", "cancelled"),
    "held": ("pending", "cancelled"),
    "sending": ("pending", "posted", "error", "verifying"),
    "verifying": ("pending", "posted", "error"),
    "error": ("pending", "verifying", "cancelled"),
}


def illegal_move() -> str:
    legal = " OR ".join(
        f"(OLD.state = '{old}' AND NEW.state IN ({', '.join(repr(new) for new in news)}))"
        for old, news in ALLOWED_MOVES.items()
    )
    return f"NEW.state <> OLD.state AND NOT ({legal})"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        RefuseWhen(
            "delivery_delivery_moves",
            table="delivery_delivery",
            event="UPDATE",
            condition=illegal_move(),
            message="delivery: no such move between states",
        ),
        RefuseWhen(
            "delivery_delivery_identity",
            table="delivery_delivery",
            event="UPDATE",
            condition=(
                "NEW.key <> OLD.key OR NEW.entity <> OLD.entity OR NEW.object_name <> OLD.object_name "
                "OR NEW.connection_id <> OLD.connection_id OR NEW.integration_level <> OLD.integration_level "
                "OR NEW.epoch < OLD.epoch OR (OLD.state = 'posted' AND NEW.record_no <> OLD.record_no)"
            ),
            message="delivery: identity and scope are frozen",
        ),
        RefuseWhen(
            "delivery_delivery_payload",
            table="delivery_delivery",
            event="UPDATE",
            condition=(
                "NEW.epoch = OLD.epoch AND (NEW.control_id <> OLD.control_id OR (OLD.payload <> '' AND "
                "(NEW.payload <> OLD.payload OR NEW.payload_sha256 <> OLD.payload_sha256)))"
            ),
            message="delivery: the payload of an epoch is frozen",
        ),
        RefuseWhen(
            "delivery_delivery_kept",
            table="delivery_delivery",
            event="DELETE",
            condition="1 = 1",
            message="delivery: never deleted",
        ),
        RefuseWhen(
            "delivery_attempt_evidence",
            table="delivery_attempt",
            event="UPDATE",
            condition=(
                "NEW.delivery_id <> OLD.delivery_id OR NEW.control_id <> OLD.control_id "
                "OR NEW.payload_sha256 <> OLD.payload_sha256 OR NEW.started_at <> OLD.started_at "
                "OR (OLD.outcome IS NOT NULL AND OLD.outcome <> 'unknown' AND "
                "(NEW.outcome IS NULL OR NEW.outcome <> OLD.outcome)) "
                "OR (OLD.outcome = 'unknown' AND (NEW.outcome IS NULL OR NEW.outcome NOT IN ('unknown', 'resolved')))"
            ),
            message="attempt: evidence is append-only",
        ),
        RefuseWhen(
            "delivery_attempt_kept",
            table="delivery_attempt",
            event="DELETE",
            condition="1 = 1",
            message="attempt: never deleted",
        ),
        RefuseWhen(
            "delivery_probe_unchanged",
            table="delivery_probe",
            event="UPDATE",
            condition="1 = 1",
            message="look-up: append-only",
        ),
        RefuseWhen(
            "delivery_probe_kept",
            table="delivery_probe",
            event="DELETE",
            condition="1 = 1",
            message="look-up: append-only",
        ),
    ]
