"""A synchronisation as REST takes and gives it (contract 5.2)."""

from rest_framework import serializers

from apps.foundation.api import StrictSerializer
from apps.foundation.rest_fields import TruthField
from apps.synchronisation.models import SynchronisationRun, SynchronisedObject
from apps.synchronisation.selectors import synchronised_objects


class StartSerializer(StrictSerializer):
    """What to synchronise. `force`: everything, even where the changes would do."""

    object = serializers.CharField(help_text=f"{', '.join(SynchronisedObject.values)}, or a user-defined dimension.")
    force = TruthField(default=False)

    def validate_object(self, wanted: str) -> str:
        known = synchronised_objects()
        if wanted not in known:
            raise serializers.ValidationError(
                f'"{wanted}" is not a valid choice. Known: {", ".join(known)}.', code="invalid_choice"
            )
        return wanted


class RunSerializer(serializers.ModelSerializer[SynchronisationRun]):
    object = serializers.CharField(
        help_text=f"{', '.join(SynchronisedObject.values)}, or a user-defined dimension by its Sage Intacct object."
    )
    messages = serializers.ListField(child=serializers.CharField(), help_text="For people: what it met.")

    class Meta:
        model = SynchronisationRun
        fields = [
            "id", "object", "mode", "state", "total", "done", "failed", "removed", "started_at", "finished_at",
            "messages",
        ]  # fmt: skip
        read_only_fields = fields
