"""Attributes, dimensions and their types as REST gives them (contract 5.2): read-only."""

from rest_framework import serializers

from apps.dimensions.models import Attribute, Dimension, DimensionType


class AttributeSerializer(serializers.ModelSerializer[Attribute]):
    id = serializers.CharField(source="code")
    type = serializers.CharField(source="type_id")

    class Meta:
        model = Attribute
        fields = [
            "type", "id", "name", "project", "parent", "entity", "begins_on", "ends_on", "is_active", "synchronised_at",
        ]  # fmt: skip


class DimensionSerializer(serializers.ModelSerializer[Dimension]):
    id = serializers.CharField(source="code")
    type = serializers.CharField(source="type_id")

    class Meta:
        model = Dimension
        fields = ["type", "id", "name", "parent", "entity", "is_active", "synchronised_at"]


class DimensionTypeSerializer(serializers.ModelSerializer[DimensionType]):
    id = serializers.CharField(source="code")
    is_sent = serializers.BooleanField(help_text="Whether values go with journals and documents.")

    class Meta:
        model = DimensionType
        fields = ["id", "name", "slot", "intacct_object", "is_active", "is_locked", "is_sent"]
