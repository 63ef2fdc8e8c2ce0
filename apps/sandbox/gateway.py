"""The gateway: a request document in, the answer document out. What it does to the books is in here."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from lxml import etree

from apps.sandbox import control_settings, packages
from apps.sandbox.documents import (
    Call,
    Envelope,
    control_block,
    control_failure,
    error_message,
    read,
    without_secrets,
)
from apps.sandbox.failures import ROLLED_BACK, ErrorLine, FunctionFailed, RequestFailed, SignInFailed, refused
from apps.sandbox.functions import Context, run
from apps.sandbox.ledger import Ledger
from apps.sandbox.models import CompletedFunction, ReceivedFunction
from apps.sandbox.request_schema import check_function
from apps.sandbox.signing_in import Identity, check_sender, sign_in
from apps.sandbox.smart_events import Message, raised_by

DATABASE = "sandbox"
MOST_KEPT = 20_000
_NUMBERS = ("RECORDID", "invoiceno", "billno", "adjustmentno")
ZONE = "%Y-%m-%dT%H:%M:%S+00:00"


@dataclass
class Result:
    """One function's result, and the record that it made."""

    call: Call
    element: etree._Element
    record_no: str = ""


@dataclass
class Request:
    """A request that was read and whose control IDs were compared, before any work is done.

    The comparison is made on arrival: with `completed_only` a copy that arrives while the first is still at work
    passes, as the documentation's wording allows (protocol 2.7).
    """

    envelope: Envelope
    settings: dict[str, Any]
    identity: Identity
    base_url: str
    repeated: frozenset[str]
    failing: dict[str, ErrorLine] = field(default_factory=dict)
    fault: str = ""
    raised: list[Message] = field(default_factory=list)
    """What Smart Events have to say of it, once it is worked."""


def receive(
    root: etree._Element, *, base_url: str, at_session_endpoint: bool, session_expired: bool = False
) -> Request | etree._Element:
    """The request, ready to be worked; or the answer that refuses it whole."""
    settings = packages.with_custom_fields(control_settings.current())
    envelope: Envelope | None = None
    try:
        envelope = read(root)
        check_sender(envelope, settings)
        for call in envelope.calls:
            check_function(call.element)
        if session_expired and envelope.login is None:
            raise SignInFailed(ErrorLine("XL03000006", "Invalid session", correction="Sign in again."))
        identity = sign_in(envelope, settings, at_session_endpoint=at_session_endpoint)
    except RequestFailed as failure:
        return control_failure(envelope, failure.error)
    except SignInFailed as failure:
        assert envelope is not None  # noqa: S101  it was read before anybody could sign in
        return _authentication_failure(envelope, failure.error)
    repeated: frozenset[str] = frozenset()
    if envelope.unique and settings["uniqueid_mode"] != "off":
        ids = [call.control_id for call in envelope.calls]
        repeated = frozenset(CompletedFunction.objects.filter(control_id__in=ids).values_list("control_id", flat=True))
    return Request(envelope, settings, identity, base_url, repeated)


def work(request: Request) -> etree._Element:
    """Do the functions and answer. One transaction; with `transaction="false"` each function stands alone.

    The caller sends what is `raised`: here it is only written down, together with the work.
    """
    with transaction.atomic(using=DATABASE):
        context = _context(request)
        results = (_all_or_nothing if request.envelope.transaction else _each_alone)(request, context)
        if request.envelope.unique:
            _remember(results)
        _keep_log(request, results)
        raised = raised_by(context.ledger.changes, user_id=request.settings["user_id"])
    request.raised = raised
    return _answer(request, [result.element for result in results])


def _each_alone(request: Request, context: Context) -> list[Result]:
    results = []
    for call in request.envelope.calls:
        try:
            results.append(_done(request, call, context))
        except FunctionFailed as failure:
            results.append(_failed(request, call, failure, "failure"))
    return results


def _context(request: Request) -> Context:
    ledger = Ledger(entity=request.identity.entity)
    ledger.look_up_numbers(
        number.text or "" for call in request.envelope.calls for number in call.element.iter(*_NUMBERS)
    )
    return Context(
        identity=request.identity,
        settings=request.settings,
        base_url=request.base_url,
        ledger=ledger,
        transaction=request.envelope.transaction,
    )


def _all_or_nothing(request: Request, context: Context) -> list[Result]:
    calls = request.envelope.calls
    results: list[Result] = []
    try:
        with context.ledger.all_or_nothing():
            for call in calls:
                results.append(_done(request, call, context))
    except FunctionFailed as failure:
        culprit = len(results)
        text = "The entire transaction in this operation has been rolled back due to an error."
        rolled_back = ErrorLine(ROLLED_BACK, text)
        return [
            _failed(
                request, call, FunctionFailed([*(failure.errors if index == culprit else []), rolled_back]), "aborted"
            )
            for index, call in enumerate(calls)
        ]
    return results


def _done(request: Request, call: Call, context: Context) -> Result:
    _check_unique(request, call, context)
    if call.control_id in request.failing:
        raise FunctionFailed([request.failing[call.control_id]])
    parts, record_no = run(call, context)
    element = _result_head("success", call)
    element.extend(parts)
    context.completed.add(call.control_id)
    return Result(call, element, record_no)


def _check_unique(request: Request, call: Call, context: Context) -> None:
    if not request.envelope.unique or request.settings["uniqueid_mode"] == "off":
        return
    again = call.control_id in request.repeated or call.control_id in context.completed
    if request.settings["uniqueid_mode"] == "atomic":
        again = again or CompletedFunction.objects.filter(control_id=call.control_id).exists()
    if again:
        raise refused(
            request.settings["uniqueid_errorno"],
            f"The control ID {call.control_id} has already been executed.",
            "Use a unique control ID.",
        )


def _result_head(status: str, call: Call) -> etree._Element:
    result = etree.Element("result")
    etree.SubElement(result, "status").text = status
    etree.SubElement(result, "function").text = call.name
    etree.SubElement(result, "controlid").text = call.control_id
    return result


def _failed(request: Request, call: Call, failure: FunctionFailed, status: str) -> Result:
    element = _result_head(status, call)
    if failure.data is not None:
        element.append(failure.data)
    element.append(error_message(failure.errors, more_info=request.envelope.more_error_info))
    return Result(call, element)


def _answer(request: Request, results: list[etree._Element]) -> etree._Element:
    response = etree.Element("response")
    response.append(control_block(request.envelope, "success"))
    operation = etree.SubElement(response, "operation")
    authentication = etree.SubElement(operation, "authentication")
    ends_at = request.identity.ends_at
    for name, text in (
        ("status", "success"), ("userid", request.settings["user_id"]), ("companyid", request.settings["company_id"]),
        ("locationid", request.identity.entity), ("sessiontimestamp", timezone.now().strftime(ZONE)),
        ("sessiontimeout", ends_at.strftime(ZONE)),
    ):  # fmt: skip
        etree.SubElement(authentication, name).text = text
    for result in results:
        operation.append(result)
    return response


def _authentication_failure(envelope: Envelope, error: ErrorLine) -> etree._Element:
    response = etree.Element("response")
    response.append(control_block(envelope, "success"))
    operation = etree.SubElement(response, "operation")
    authentication = etree.SubElement(operation, "authentication")
    login = envelope.login or {}
    for name, text in (
        ("status", "failure"), ("userid", login.get("userid", "")), ("companyid", login.get("companyid", "")),
    ):  # fmt: skip
        etree.SubElement(authentication, name).text = text
    operation.append(error_message([error]))
    return response


def _remember(results: list[Result]) -> None:
    """Only completed functions use up their control ID (protocol 2.7)."""
    completed = [one.call.control_id for one in results if one.element.findtext("status") == "success"]
    CompletedFunction.objects.bulk_create(
        (CompletedFunction(control_id=control_id) for control_id in completed), ignore_conflicts=True
    )


def _keep_log(request: Request, results: list[Result]) -> None:
    """What arrived and what was answered, function by function, without secrets; the latest 20,000 are kept."""
    ReceivedFunction.objects.bulk_create(
        ReceivedFunction(
            control_id=result.call.control_id,
            request_control_id=request.envelope.control_id,
            function=result.call.name,
            object_name=result.call.object_name,
            entity=request.identity.entity,
            status=result.element.findtext("status") or "",
            record_no=result.record_no,
            fault=request.fault,
            request_xml=without_secrets(result.call.wrapper),
            answer_xml=without_secrets(result.element),
        )
        for result in results
    )
    newest = ReceivedFunction.objects.values_list("pk", flat=True).first() or 0
    if newest % 500 < len(results):
        ReceivedFunction.objects.filter(pk__lte=newest - MOST_KEPT).delete()
