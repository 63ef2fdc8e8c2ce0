"""What is paid on a posted document, as Intacct said when it was last read: beside the document, never inside it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import MoneyField
from apps.postings.models.target_document import TargetDocument
from apps.postings.payment_states import PaymentState


class PaymentStanding(models.Model):
    """One for each posted document that can be paid. Figures keep Intacct's sign: a credit's are negative.

    Whoever reads it holds it by the value that he wrote into `due_at`, and writes only while it is still there.
    """

    document = models.OneToOneField(
        TargetDocument, models.CASCADE, primary_key=True, related_name="payment", verbose_name=_("document")
    )
    # As in its delivery, which never changes them: what is due is found without it.
    connection = models.ForeignKey(
        IntacctConfiguration, models.PROTECT, related_name="payment_standings", verbose_name=_("configuration")
    )
    object_name = models.CharField(_("Intacct object"), max_length=40)
    posted_at = models.DateTimeField(_("posted"), db_index=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    prepaid_amount = MoneyField(_("prepaid amount"), null=True, blank=True)
    total_due = MoneyField(_("total due"), null=True, blank=True)
    state = models.CharField(_("payment"), max_length=16, choices=PaymentState, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    changed_at = models.DateTimeField(
        _("changed"), null=True, blank=True, help_text=_("When a reading last brought other figures.")
    )
    due_at = models.DateTimeField(_("read next"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    last_message = models.CharField(_("last message"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["document"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="postings_payment_state_known", condition=Q(state="") | Q(state__in=PaymentState.values)
            ),
            models.CheckConstraint(
                name="postings_payment_read_whole",
                condition=Q(
                    read_at__isnull=True,
                    changed_at__isnull=True,
                    prepaid_amount__isnull=True,
                    total_due__isnull=True,
                    state="",
                    currency="",
                )
                | (
                    Q(
                        read_at__isnull=False,
                        changed_at__isnull=False,
                        prepaid_amount__isnull=False,
                        total_due__isnull=False,
                    )
                    & ~Q(state="")
                    & ~Q(currency="")
                ),
            ),
            models.CheckConstraint(
                name="postings_payment_failure_explains", condition=Q(tries=0) | ~Q(last_message="")
            ),
        ]
        indexes = [
            # What is settled leaves it, so it holds what is unpaid only.
            models.Index(
                fields=["connection", "object_name", "due_at"],
                name="postings_payment_due",
                condition=Q(due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.state or 'not read'}"
