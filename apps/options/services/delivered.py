"""The delivered options."""

from pathlib import Path

from apps.foundation.delivered import LoadReport, load, read_rows
from apps.options.models import Option

DELIVERED = Path(__file__).resolve().parent.parent / "delivered"


def load_options() -> LoadReport:
    """Create or refresh the delivered options. Whether one is active is never touched."""
    return load(Option, read_rows(DELIVERED / "options.yaml"), key=("code",))
