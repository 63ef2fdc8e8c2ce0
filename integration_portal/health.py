"""Liveness and readiness (contract section 4)."""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from apps.delivery.models import WorkerHeartbeat
from apps.delivery.progress import HEARTBEAT_STALE

__all__ = ["HEARTBEAT_STALE", "healthz", "readyz"]


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The portal can do its work: database, broker, and a worker that really executes tasks. 200 or 503."""
    checks = {"database": _database()}
    if checks["database"]["ok"]:
        checks["broker"] = _broker()
        checks["worker"] = _worker()
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"ok": False, "detail": "The database does not answer."}
    return {"ok": True}


def _broker() -> dict[str, Any]:
    from django_q.brokers import get_broker

    try:
        answers = bool(get_broker().ping())
    except Exception:  # noqa: BLE001  each broker library has its own errors; any means "not ready"
        answers = False
    return {"ok": True} if answers else {"ok": False, "detail": "The queue's broker does not answer."}


def _worker() -> dict[str, Any]:
    """A sign of life that a task wrote: a cluster can look alive and execute nothing."""
    beat = WorkerHeartbeat.objects.order_by("-beaten_at").first()
    if beat is None:
        return {"ok": False, "detail": "No worker has executed a task yet."}
    age = (timezone.now() - beat.beaten_at).total_seconds()
    if age > HEARTBEAT_STALE.total_seconds():
        return {"ok": False, "detail": "No worker has executed a task for three minutes.", "seconds": round(age)}
    return {"ok": True, "seconds": round(age)}
