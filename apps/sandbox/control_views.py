"""`/sandbox/control/`: arming faults, settings, and looking at what is there (contract section 6)."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.sandbox import control_settings, faults, statistics
from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.models import ArmedFault, ReceivedFunction, StoredRecord
from apps.sandbox.seed import start_over


@csrf_exempt
@require_http_methods(["GET", "POST", "DELETE"])
def control(request: HttpRequest) -> HttpResponse:
    """GET: what is armed. POST: arm faults, change settings. DELETE: back to the defaults."""
    if request.method == "DELETE":
        ArmedFault.objects.all().delete()
        control_settings.reset()
        return JsonResponse({"faults": [], "settings": control_settings.shown()})
    if request.method == "POST":
        try:
            data = json.loads(request.body or b"{}")
            apply_control(data)
        except (ValueError, TypeError) as refusal:
            return JsonResponse({"detail": str(refusal)}, status=400)
    return JsonResponse({"faults": faults.shown(), "settings": control_settings.shown()})


def apply_control(data: Any) -> None:
    """Arm and set what a control document says. Raises ValueError in plain words; then nothing is changed."""
    if not isinstance(data, dict) or not set(data) <= {"faults", "settings"}:
        raise ValueError('Send {"faults": […], "settings": {…}}.')
    settings, armed = data.get("settings", {}), data.get("faults", [])
    if not isinstance(settings, dict) or not isinstance(armed, list):
        raise ValueError('"faults" is a list, "settings" an object.')
    with transaction.atomic(using="sandbox"):
        control_settings.change(settings)
        faults.arm(armed)


@csrf_exempt
@require_http_methods(["GET", "DELETE"])
def objects(request: HttpRequest) -> HttpResponse:
    """Everything stored of an object, lines nested. DELETE empties the ledger and keeps the seed."""
    if request.method == "DELETE":
        start_over()
        return HttpResponse(status=204)
    name = request.GET.get("object", "")
    if name not in OBJECTS:
        return JsonResponse({"detail": f"?object= is one of: {', '.join(sorted(OBJECTS))}."}, status=400)
    return JsonResponse({"results": list(_with_lines(name))})


def _with_lines(name: str) -> list[dict[str, Any]]:
    definition = OBJECTS[name]
    lines: dict[int, list[dict[str, Any]]] = {}
    if definition.lines_object:
        for line in StoredRecord.objects.filter(object_name=definition.lines_object).order_by("record_no"):
            lines.setdefault(line.parent or 0, []).append(line.fields)
    return [
        {**record.fields, definition.lines_field: lines.get(record.record_no, [])}
        if definition.lines_object
        else record.fields
        for record in StoredRecord.objects.filter(object_name=name).order_by("record_no")
    ]


@require_http_methods(["GET"])
def stats(request: HttpRequest) -> HttpResponse:
    return JsonResponse(statistics.shown())


@require_http_methods(["GET"])
def received(request: HttpRequest) -> HttpResponse:
    """What arrived and was answered under a function's control ID, oldest first."""
    rows = ReceivedFunction.objects.filter(control_id=request.GET.get("controlid", "")).order_by("id")
    return JsonResponse({"results": [_received(row) for row in rows]})


def _received(row: ReceivedFunction) -> dict[str, Any]:
    return {
        "received_at": row.received_at,
        "function": row.function,
        "object": row.object_name,
        "entity": row.entity,
        "status": row.status,
        "record_no": row.record_no,
        "fault": row.fault,
        "request_xml": row.request_xml,
        "answer_xml": row.answer_xml,
    }


@require_http_methods(["GET"])
def received_page(request: HttpRequest, control_id: str) -> HttpResponse:
    """The same for people: what arrived, what was answered, what is stored."""
    rows = list(ReceivedFunction.objects.filter(control_id=control_id).order_by("id"))
    shown = [
        {
            "row": row,
            "stored": StoredRecord.objects.filter(
                object_name=row.object_name, record_no=int(row.record_no or 0)
            ).first(),
        }
        for row in rows
    ]
    return render(request, "sandbox/received.html", {"control_id": control_id, "received": shown})
