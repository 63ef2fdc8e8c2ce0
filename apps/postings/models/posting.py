"""An accounting document as it was accepted. Where it stands is its deliveries' business, not its own."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import (
    INTEGRATION_STATUS,
    MOST_TELLING_FIRST,
    OPEN_STATES,
    IntegrationStatus,
    State,
)
from apps.foundation.fields import UlidField
from apps.foundation.lookups import NotByIndex
from apps.foundation.scoping import ScopedQuerySet
from apps.options.models import Option, OptionCode
from apps.organisation.models import Company, Site
from apps.postings.document_types import DocumentType, PaymentMethod


def _held(prefix: str = "", state_name: str = "") -> Q:
    """A pending delivery whose connection is paused or inactive, or while the option is off.

    Connections are few, and looked at once: not joined to every row.
    """
    stand_still = IntacctConfiguration.objects.filter(
        Q(health__flow=Flow.PAUSED) | Q(is_active=False) | ~Q(Option.objects.switched_on(OptionCode.SAGE_INTACCT))
    )
    pending = Q(**{state_name or f"{prefix}state": State.PENDING})
    return pending & Q(**{f"{prefix}connection__in": stand_still.order_by().values("pk")})


def _in_state(state: State, prefix: str, state_name: str = "") -> Q:
    own = Q(**{state_name or f"{prefix}state": state})
    if state == State.HELD:
        return own | _held(prefix, state_name)
    return own & ~_held(prefix, state_name) if state == State.PENDING else own


def _in_any(states: Collection[State], prefix: str, state_name: str) -> Q:
    """In one of several states, of which the most telling is always among them."""
    named = Q(**{f"{state_name}__in": states})
    return named | _held(prefix, state_name) if State.HELD in states and State.PENDING not in states else named


def shown_state(prefix: str) -> Case:
    """A delivery's state as people see it."""
    return Case(When(_held(prefix), then=Value(State.HELD.value)), default=F(f"{prefix}state"))


class PostingQuerySet(ScopedQuerySet["Posting"]):
    def with_state(self) -> Self:
        """Adds `shown_state`: of all its deliveries' states, the most telling; pending is held while paused."""
        from apps.postings.models.target_document import TargetDocument

        rank = Case(
            *(
                When(_in_state(state, "delivery__"), then=Value(index))
                for index, state in enumerate(MOST_TELLING_FIRST)
            ),
            default=Value(len(MOST_TELLING_FIRST)),
        )
        documents = (
            TargetDocument.objects.filter(posting=OuterRef("pk"))
            .annotate(rank=rank, shown=shown_state("delivery__"))
            .order_by("rank", "pk")
        )
        return self.annotate(shown_state=Subquery(documents.values("shown")[:1]))

    def in_state(self, state: str) -> Self:
        """Postings whose state is this one: a delivery in it, and none in a more telling one."""
        from apps.postings.models.target_document import TargetDocument

        wanted = State(state)
        own = TargetDocument.objects.filter(posting=OuterRef("pk")).annotate(own_state=NotByIndex("delivery__state"))
        found = self
        if wanted != State.POSTED:
            found = found._near(_in_state(wanted, "delivery__"))
        else:
            found = found.filter(Exists(own.filter(_in_state(wanted, "delivery__", "own_state"))))
        more_telling = MOST_TELLING_FIRST[: MOST_TELLING_FIRST.index(wanted)]
        return (
            found.exclude(Exists(own.filter(_in_any(more_telling, "delivery__", "own_state"))))
            if more_telling
            else found
        )

    def on_its_way(self) -> Self:
        """Postings that are neither settled nor in error: pending, held, sending or verifying."""
        from apps.postings.models.target_document import TargetDocument

        failed = TargetDocument.objects.filter(delivery__state=State.ERROR)
        return self._near(Q(delivery__state__in=OPEN_STATES)).exclude(pk__in=failed.values("posting"))

    def _near(self, condition: Q) -> Self:
        """Only postings with such a delivery, found by the index of the states: they are few of many."""
        from apps.postings.models.target_document import TargetDocument

        return self.filter(pk__in=TargetDocument.objects.filter(condition).values("posting"))


class Posting(models.Model):
    """One submitted document. Its key (company, document type, number) is unique for ever."""

    id = UlidField(primary_key=True)
    company = models.ForeignKey(Company, models.PROTECT, verbose_name=_("company"))
    financial_site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("financial site"))
    document_type = models.CharField(_("document type"), max_length=32, choices=DocumentType)
    number = models.CharField(_("number"), max_length=60)
    supplier_document_number = models.CharField(_("supplier document number"), max_length=60, blank=True)
    posting_date = models.DateField(_("posting date"))
    document_date = models.DateField(_("document date"))
    due_date = models.DateField(_("due date"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=15, decimal_places=8, null=True, blank=True)
    customer = models.CharField(_("customer"), max_length=60, blank=True)
    supplier = models.CharField(_("supplier"), max_length=60, blank=True)
    payment_term = models.CharField(_("payment term"), max_length=60, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    origin_document_type = models.CharField(_("origin"), max_length=32, choices=DocumentType, blank=True)
    origin_number = models.CharField(_("origin number"), max_length=60, blank=True)
    payment_method = models.CharField(_("payment method"), max_length=16, choices=PaymentMethod, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    undeposited_account = models.CharField(_("undeposited funds account"), max_length=24, blank=True)
    # As it was when the document was accepted: a later change of the set-up does not touch it.
    tax_solution = models.CharField(_("Sage Intacct tax solution"), max_length=100, blank=True)
    contra_account = models.CharField(_("contra account"), max_length=24, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    content_sha256 = models.CharField(max_length=64, editable=False)
    submitted_by = models.CharField(_("submitted by"), max_length=150)
    created_at = models.DateTimeField(_("submitted"), auto_now_add=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["company", "document_type", "number"], name="postings_posting_key_once"),
            models.CheckConstraint(
                name="postings_posting_document_type_known", condition=Q(document_type__in=DocumentType.values)
            ),
            models.CheckConstraint(
                name="postings_posting_rate_positive", condition=Q(exchange_rate__isnull=True) | Q(exchange_rate__gt=0)
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="postings_by_company"),
            # One for sorting, one for how a number begins: PostgreSQL's order of words is not that of letters.
            models.Index(fields=["number"], name="postings_by_number"),
            models.Index(fields=["number"], opclasses=["varchar_pattern_ops"], name="postings_number_begins"),
            models.Index(fields=["supplier_document_number"], name="postings_by_their_number"),
            models.Index(fields=["posting_date", "id"], name="postings_by_date"),
            models.Index(fields=["document_type", "-id"], name="postings_by_type"),
            # Whole: SQLite does not see that an equal value is not the empty one, and would read every posting.
            models.Index(fields=["customer", "-id"], name="postings_of_customer"),
            models.Index(fields=["supplier", "-id"], name="postings_of_supplier"),
            models.Index(fields=["-created_at"], name="postings_by_created"),
        ]

    def __str__(self) -> str:
        return f"{self.get_document_type_display()} {self.number}"

    @property
    def state(self) -> State:
        """The state shown: from `with_state()`, or of documents that were read `with_shown_state()`."""
        shown = getattr(self, "shown_state", None)
        if shown is not None:
            return State(shown)
        states = {State(document.shown_state) for document in self.documents.all()}  # type: ignore[attr-defined]
        return next(state for state in MOST_TELLING_FIRST if state in states)

    @property
    def integration_status(self) -> IntegrationStatus:
        return INTEGRATION_STATUS[self.state]
