"""What `OPTIONS` answers."""

from typing import Any

from django.urls import reverse
from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request


class WhereItIsDescribed(BaseMetadata):
    """The methods of an address, and where the OpenAPI document is. REST framework's own asks each view for a row."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        return {"methods": view.allowed_methods, "schema": request.build_absolute_uri(reverse("schema"))}
