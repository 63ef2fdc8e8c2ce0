"""The *Mapping* page of one object, as a browser has it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.mapping.models import ObjectMapping


class MappingPage:
    """The page of one object: its cells as a browser has them, and its buttons."""

    def __init__(self, client: Client, object_name: str) -> None:
        self.client = client
        self.mapping = ObjectMapping.objects.get(object_name=object_name)
        self.address = reverse("admin:mapping_objectmapping_change", args=[self.mapping.pk])

    def cells(self) -> dict[str, str]:
        context = self.client.get(self.address).context
        cells = {"direction": context["mapping"].direction, "revision": context["mapping"].revision}
        if context["mapping"].include_private:
            cells["include_private"] = "on"
        for row in context["rows"]:
            if row.is_editable:
                cells[f"property:{row.path}"] = row.property_name
                if not context["mapped"].is_inbound:
                    cells[f"constant:{row.path}"] = row.constant
        return cells

    def save(self, **changes: str) -> Any:
        return self.client.post(self.address, {**self.cells(), **changes}, follow=True)

    def press(self, button: str, **more: str) -> str:
        address = reverse(f"admin:mapping_objectmapping_{button}", args=[self.mapping.pk])
        return str(self.client.post(address, more, follow=True).text)
