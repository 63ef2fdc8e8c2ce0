"""The gateway's address: HTTP in, HTTP out, with the faults that were armed."""

import threading
import time
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from lxml import etree

from apps.sandbox import control_settings, event_sending, faults, gateway, policies, statistics, wire
from apps.sandbox.documents import Call, control_failure, gateway_failure, parse, to_bytes
from apps.sandbox.failures import ErrorLine, RequestFailed
from apps.sandbox.kept_connections import is_new
from apps.sandbox.stale import hide_new_records

XML = "text/xml; charset=UTF-8"
MOST_BYTES = 20 * 1024 * 1024


@csrf_exempt
@require_POST
def gateway_view(request: HttpRequest, *, node: bool = False) -> HttpResponseBase:
    """One request to the gateway."""
    settings = control_settings.current()
    running = statistics.enter(settings["concurrency"], settings["queue_ms"])
    if running is None:
        return _too_many()
    try:
        return _serve(request, settings, running, node=node)
    finally:
        statistics.leave()


def _serve(request: HttpRequest, settings: dict[str, Any], running: int, *, node: bool) -> HttpResponseBase:
    try:
        root = parse(request.read(MOST_BYTES))
    except RequestFailed as failure:
        statistics.count([], running=running, new_connection=is_new(request))
        return _xml(control_failure(None, failure.error))
    calls = _functions(root)
    statistics.count(calls, running=running, new_connection=is_new(request))
    met = faults.meet(calls, in_session=root.find("operation/authentication/sessionid") is not None)
    refused = _before_work(met, request)
    if refused is not None:
        return refused
    _wait(settings, len(calls))
    received = gateway.receive(
        root,
        base_url=request.build_absolute_uri("/sandbox/"),
        at_session_endpoint=node,
        session_expired=met.kind == "session_expired",
    )
    if isinstance(received, etree._Element):
        return _xml(received)
    policy = received.settings["policies"].get(received.envelope.policy_id)
    if policy is not None:
        delay = received.settings["async_delay_ms"]
        policies.answer_later(policy, lambda: _work_unheard(received), milliseconds=delay)
        return _xml(policies.acknowledgement(received.envelope))
    received.fault = met.kind
    if met.kind == "error":
        received.failing = {call.control_id: _armed_error(met) for call in calls if met.concerns(call)}
    if met.kind == "late_apply":
        _later(received, met.milliseconds(3000))
        return wire.stay_silent(request, met.milliseconds(3000) + 60_000)
    if met.kind == "stale_read":
        hide_new_records(met.milliseconds(5000))
    if met.kind == "slow":
        time.sleep(met.milliseconds(1000) / 1000)
    if met.kind in faults.ON_THE_WIRE:
        return _after_work(met, _work_unheard(received), request)
    response = _after_work(met, gateway.work(received), request)
    return event_sending.send_after(response, received.raised)


def _work_unheard(received: gateway.Request) -> etree._Element:
    """Where no answer is waited for, Smart Events do not wait for it either."""
    answer = gateway.work(received)
    event_sending.send(received.raised)
    return answer


def _before_work(met: faults.Met, request: HttpRequest) -> HttpResponseBase | None:
    if met.kind == "timeout_before":
        return wire.stay_silent(request, met.milliseconds())
    if met.kind == "reset_before":
        return wire.reset(request)
    if met.kind == "concurrency_429":
        return _too_many(met.parameters.get("retry_after"))
    if met.kind == "redirect":
        answer = HttpResponse(status=307)
        answer["Location"] = met.parameters.get("location", "http://127.0.0.1:9/elsewhere")
        return answer
    if met.kind == "http_status" and not met.parameters.get("applied"):
        return _status(met)
    return None


def _after_work(met: faults.Met, response: etree._Element, request: HttpRequest) -> HttpResponseBase:
    if met.kind == "timeout_after":
        return wire.stay_silent(request, met.milliseconds())
    if met.kind == "reset_after":
        return wire.reset(request)
    if met.kind == "http_status":
        return _status(met)
    if met.kind in faults.ON_THE_ANSWER:
        faults.change_answer(met, response)
    body = to_bytes(response)
    return wire.crooked(met, body, request) if met.kind in faults.ON_THE_WIRE else HttpResponse(body, content_type=XML)


def _status(met: faults.Met) -> HttpResponse:
    answer = HttpResponse(b"<html><body>gateway error</body></html>", status=int(met.parameters.get("status", 503)))
    if "retry_after" in met.parameters:
        answer["Retry-After"] = str(met.parameters["retry_after"])
    return answer


def _armed_error(met: faults.Met) -> ErrorLine:
    return ErrorLine(
        str(met.parameters.get("errorno", "BL01001973")),
        str(met.parameters.get("description2", "The sandbox was told to refuse this.")),
        correction=str(met.parameters.get("correction", "")),
    )


def _later(received: gateway.Request, milliseconds: int) -> None:
    """The client gives up; the work is done all the same, later (the decisive fault of reliability.md)."""

    def work() -> None:
        time.sleep(milliseconds / 1000)
        try:
            _work_unheard(received)
        finally:
            connections.close_all()

    threading.Thread(target=work, name="late-apply", daemon=True).start()


def _functions(root: etree._Element) -> list[Call]:
    return [
        Call(one.get("controlid") or "", str(one[0].tag), one[0], one)
        for one in root.iterfind("operation/content/function")
        if len(one)
    ]


def _wait(settings: dict[str, Any], functions: int) -> None:
    milliseconds = settings["latency_ms"] + settings["per_function_ms"] * functions
    if milliseconds:
        time.sleep(milliseconds / 1000)


def _too_many(retry_after: Any = None) -> HttpResponse:
    body = to_bytes(gateway_failure("GW-0010", "Too many requests"))
    answer = HttpResponse(body, status=429, content_type=XML)
    if retry_after is not None:
        answer["Retry-After"] = str(retry_after)
    return answer


def _xml(response: etree._Element) -> HttpResponse:
    return HttpResponse(to_bytes(response), content_type=XML)
