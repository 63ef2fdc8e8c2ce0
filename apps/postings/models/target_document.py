"""What a posting becomes in Intacct: one document or several, each with a delivery of its own."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.models import Delivery
from apps.delivery.states import State
from apps.foundation.scoping import Scope
from apps.postings.document_types import Part
from apps.postings.models.posting import Posting, shown_state

if TYPE_CHECKING:
    from apps.postings.models.payment_standing import PaymentStanding


CORRECTABLE_BESIDE = frozenset({State.ERROR, State.HELD, State.POSTED})
"""States in which the parts of a posting may be while one of them is corrected."""


class TargetDocumentQuerySet(models.QuerySet["TargetDocument", "TargetDocument"]):
    def visible_to(self, viewer: Scope) -> Self:
        """Documents of the viewer's postings.

        Looked at for each document: SQLite has no statistics, and would begin with all postings of the companies.
        """
        if viewer.company_ids is None:
            return self
        return self.filter(Exists(Posting.objects.visible_to(viewer).filter(pk=OuterRef("posting"))))

    def with_shown_state(self) -> Self:
        """Adds `shown_state`: the delivery's state, held where nothing flows."""
        return self.annotate(shown_state=shown_state("delivery__"))


class TargetDocument(models.Model):
    """The link between a posting and one of its deliveries; `part` tells several of one posting apart."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="documents")
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="target_document")
    part = models.CharField(_("part"), max_length=24, choices=Part)

    objects = TargetDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Intacct document")
        verbose_name_plural = _("Intacct documents")
        ordering = ["posting", "part"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["posting", "part"], name="postings_target_part_once"),
            models.CheckConstraint(name="postings_target_part_known", condition=Q(part__in=Part.values)),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.part}"

    @property
    def standing(self) -> "PaymentStanding | None":
        """What is paid on it; None where nothing was posted, or nothing can be paid."""
        return getattr(self, "payment", None)
