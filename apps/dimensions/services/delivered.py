"""The delivered attribute types and dimension types."""

from pathlib import Path

from apps.dimensions.models import AttributeType, DimensionType
from apps.foundation.delivered import LoadReport, load, read_rows

DELIVERED = Path(__file__).resolve().parent.parent / "delivered"


def load_attribute_types() -> LoadReport:
    """Create or refresh the delivered attribute types. Whether one is active is never touched."""
    rows = sorted(read_rows(DELIVERED / "attribute_types.yaml"), key=lambda row: "restricted_to_id" in row)
    return load(AttributeType, rows, key=("code",))


def load_dimension_types() -> LoadReport:
    """Create or refresh Department and Channel, which are locked."""
    return load(DimensionType, read_rows(DELIVERED / "dimension_types.yaml"), key=("code",))


def load_dimensions() -> dict[str, LoadReport]:
    """Both."""
    return {"attribute types": load_attribute_types(), "dimension types": load_dimension_types()}
