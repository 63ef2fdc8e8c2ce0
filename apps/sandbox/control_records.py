"""`/sandbox/control/records/` and `…/seed/`: master data made, changed and deleted from outside."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.sandbox.bulk import seed_many
from apps.sandbox.catalogue import OBJECTS, ObjectDefinition
from apps.sandbox.ledger import Ledger


@csrf_exempt
@require_POST
def seed(request: HttpRequest) -> HttpResponse:
    """`{"object": "GLACCOUNT", "number": 50000}`: so many more records."""
    try:
        data = json.loads(request.body or b"{}")
        return JsonResponse({"records": seed_many(str(data.get("object")), data.get("number"))})
    except (ValueError, AttributeError) as refusal:
        return JsonResponse({"detail": str(refusal)}, status=400)


@csrf_exempt
@require_POST
def records(request: HttpRequest) -> HttpResponse:
    """`{"object": "APTERM", "set": [{fields}], "delete": ["ID"]}`: as somebody in Sage Intacct would.

    Also objects that the API can't create: terms, tax details, entities. With `"entity": "100"` what is new is
    private to it. Smart Events are not sent.
    """
    try:
        data = json.loads(request.body or b"{}")
        definition = _definition(data)
        ledger = Ledger(entity=str(data.get("entity", "")))
        for fields in data.get("set", []):
            _set(ledger, definition, fields)
        for key in data.get("delete", []):
            found = ledger.named(definition.name, str(key))
            if found is not None:
                ledger.remove(found)
    except (ValueError, AttributeError, TypeError) as refusal:
        return JsonResponse({"detail": str(refusal)}, status=400)
    return JsonResponse({"done": True})


def _definition(data: Any) -> ObjectDefinition:
    if (
        not isinstance(data, dict)
        or not set(data) <= {"object", "set", "delete", "entity"}
        or data.get("object") not in OBJECTS
    ):
        raise ValueError('Send {"object": "APTERM", "set": [{…}], "delete": ["ID"]} with an object that is known.')
    return OBJECTS[data["object"]]


def _set(ledger: Ledger, definition: ObjectDefinition, fields: dict[str, Any]) -> None:
    if not fields.get(definition.key):
        raise ValueError(f"Each record needs its {definition.key}.")
    found = ledger.same(definition.name, fields)
    if found is None:
        ledger.store(definition.name, {"STATUS": "active", **fields})
    else:
        ledger.replace(found, {**found.fields, **fields}, None)
