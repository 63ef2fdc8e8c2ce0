"""A synchronisation as REST takes and gives it (contract 5.2)."""

from rest_framework import serializers

from apps.foundation.api import StrictSerializer
from apps.synchronisation.models import SynchronisationRun, SynchronisedObject


class StartSerializer(StrictSerializer):
    """What to synchronise. `force`: everything, even where the changes would do."""

    object = serializers.ChoiceField(choices=SynchronisedObject.choices)
    force = serializers.BooleanField(default=False)


class RunSerializer(serializers.ModelSerializer[SynchronisationRun]):
    class Meta:
        model = SynchronisationRun
        fields = [
            "id", "object", "mode", "state", "total", "done", "failed", "removed", "started_at", "finished_at",
            "messages",
        ]  # fmt: skip
        read_only_fields = fields
