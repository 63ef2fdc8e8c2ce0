"""How far a posted document is paid, and how each state is shown."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import Look


class PaymentState(models.TextChoices):
    NOT_PAID = "not_paid", _("Not paid")
    PARTIALLY_PAID = "partially_paid", _("Partially paid")
    PAID = "paid", _("Paid")


PAYMENT_LOOKS: dict[str, Look] = {
    PaymentState.NOT_PAID: Look("default", "radio_button_unchecked", _("Nothing is paid on it yet.")),
    PaymentState.PARTIALLY_PAID: Look("info", "timelapse", _("A part of it is paid, the rest is due.")),
    PaymentState.PAID: Look("success", "check_circle", _("Nothing is due any more.")),
}


def state_by_figures(*, prepaid: Decimal, due: Decimal) -> PaymentState:
    """Where Intacct's own word does not say it. What was never paid is not paid, even if nothing is due."""
    if not prepaid:
        return PaymentState.NOT_PAID
    return PaymentState.PARTIALLY_PAID if due else PaymentState.PAID
