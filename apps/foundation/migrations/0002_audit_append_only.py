"""The audit trail takes additions only."""

from django.db import migrations

from apps.foundation.triggers import RefuseWhen


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        RefuseWhen(
            f"foundation_audit_no_{event.lower()}",
            table="foundation_auditentry",
            event=event,
            condition="1 = 1",
            message="audit trail: append-only",
        )
        for event in ("UPDATE", "DELETE")
    ]
