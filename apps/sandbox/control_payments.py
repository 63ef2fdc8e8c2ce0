"""`/sandbox/control/payments/`: money is applied to an AR invoice, as somebody in Sage Intacct would."""

import datetime
import json
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.sandbox import control_settings, event_sending
from apps.sandbox.failures import FunctionFailed
from apps.sandbox.ledger import Ledger
from apps.sandbox.models import StoredRecord
from apps.sandbox.smart_events import raised_by
from apps.sandbox.values import read_amount, show_date

INVOICE = "ARINVOICE"


class PaymentRefused(Exception):
    """Nothing was applied; the words say why."""


@csrf_exempt
@require_POST
def payments(request: HttpRequest) -> HttpResponseBase:
    """`{"invoice": "4711", "amount": "25.00"}`: totals and state move together, and the Smart Event is sent."""
    try:
        data = json.loads(request.body or b"{}")
        number, amount = _read(data)
    except (ValueError, FunctionFailed):
        words = 'Send {"invoice": "<RECORDNO>", "amount": "25.00"} with an amount as text.'
        return JsonResponse({"detail": words}, status=400)
    ledger = Ledger(entity="")
    try:
        with transaction.atomic(using="sandbox"):
            invoice = apply_payment(ledger, number, amount, today=timezone.now().date())
            raised = raised_by(ledger.changes, user_id=control_settings.current()["user_id"])
    except PaymentRefused as refusal:
        return JsonResponse({"detail": str(refusal)}, status=422)
    return event_sending.send_after(_shown(invoice), raised)


def apply_payment(ledger: Ledger, number: str, amount: Decimal, *, today: datetime.date) -> StoredRecord:
    """Apply money to a posted invoice. Raises `PaymentRefused` for more than is due."""
    invoice = ledger.numbered(INVOICE, number)
    if invoice is None:
        raise PaymentRefused(f"There is no AR invoice with the record number {number}.")
    if invoice.fields["STATE"] == "Draft":
        raise PaymentRefused(f"AR invoice {number} is a draft.")
    due, paid = Decimal(invoice.fields["TRX_TOTALDUE"]), Decimal(invoice.fields["TRX_TOTALPAID"])
    if not 0 < amount <= due:
        raise PaymentRefused(f"{amount} can't be applied to AR invoice {number}: {due} is due.")
    settled = amount == due
    moved = {
        **dict.fromkeys(("TRX_TOTALPAID", "TOTALPAID"), str(paid + amount)),
        **dict.fromkeys(("TRX_TOTALDUE", "TOTALDUE"), str(due - amount)),
        "STATE": "Paid" if settled else "Partially Paid",
        "WHENPAID": show_date(today) if settled else "",
    }
    return ledger.replace(invoice, {**invoice.fields, **moved}, None)


def _read(data: Any) -> tuple[str, Decimal]:
    if not isinstance(data, dict) or set(data) != {"invoice", "amount"}:
        raise ValueError
    if not isinstance(data["invoice"], str) or not isinstance(data["amount"], str):
        raise ValueError
    return data["invoice"], read_amount("amount", data["amount"])


def _shown(invoice: StoredRecord) -> HttpResponse:
    names = ("RECORDNO", "STATE", "TRX_TOTALPAID", "TRX_TOTALDUE", "WHENPAID")
    return JsonResponse({name: invoice.fields[name] for name in names})
