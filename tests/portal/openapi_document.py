"""The portal's OpenAPI document, for tests."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@cache
def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def closed(schema: Any) -> Any:
    """The same without leave to answer fields that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(one) for name, one in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        inside.setdefault("additionalProperties", False)
    return inside
