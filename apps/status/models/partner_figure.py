"""Where one customer or supplier stands: the record itself, its documents and their amounts."""

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import IntegrationStatus


class PartnerKind(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")


class PartnerFigure(models.Model):
    """One for each customer and supplier of the master data, and for each that a posting names.

    `is_known`: it is in the portal's master data; others are kept in Intacct only. `status` is that of the record with
    the active configuration.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=PartnerKind)
    code = models.CharField(_("ID"), max_length=60)
    name = models.CharField(_("name"), max_length=100, blank=True)
    # As they are searched and sorted: without their case, on every database alike.
    folded_code = models.CharField(max_length=180, blank=True, editable=False)
    folded_name = models.CharField(max_length=300, blank=True, editable=False)
    is_known = models.BooleanField(_("in master data"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    status = models.CharField(
        _("integration status"), max_length=16, choices=IntegrationStatus, default=IntegrationStatus.NOT_INTEGRATED
    )
    posted = models.PositiveIntegerField(_("posted"), default=0)
    pending = models.PositiveIntegerField(_("pending"), default=0)
    in_error = models.PositiveIntegerField(_("in error"), default=0)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer or supplier at a glance")
        verbose_name_plural = _("customers and suppliers at a glance")
        ordering = ["kind", "code"]
        default_permissions = ("view",)
        indexes = [
            *(
                models.Index(fields=["kind", name, "id"], name=f"status_partner_by_{name}")
                for name in ("folded_name", "status", "posted", "pending", "in_error")
            ),
            models.Index(fields=["kind", "last_activity_at", "id"], name="status_partner_by_activity"),
            *(
                models.Index(
                    fields=["kind", name], opclasses=["varchar_pattern_ops"] * 2, name=f"status_partner_{name}"
                )
                for name in ("folded_code", "folded_name")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="status_partnerfigure_once"),
            models.CheckConstraint(name="status_partnerfigure_kind_known", condition=Q(kind__in=PartnerKind.values)),
            models.CheckConstraint(
                name="status_partnerfigure_status_known", condition=Q(status__in=IntegrationStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".rstrip()


Figure = TypeVar("Figure", bound=PartnerFigure)


class OfOneKind(models.Manager[Figure]):
    """Only customers, or only suppliers."""

    def __init__(self, kind: PartnerKind) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> models.QuerySet[Figure, Figure]:
        return super().get_queryset().filter(kind=self.kind)


class CustomerFigure(PartnerFigure):
    """A customer at a glance: the same row, a page of its own."""

    objects: ClassVar[Any] = OfOneKind(PartnerKind.CUSTOMER)

    class Meta:
        proxy = True
        verbose_name = _("customer at a glance")
        verbose_name_plural = _("customers at a glance")
        default_permissions = ("view",)


class SupplierFigure(PartnerFigure):
    """A supplier at a glance: the same row, a page of its own."""

    objects: ClassVar[Any] = OfOneKind(PartnerKind.SUPPLIER)

    class Meta:
        proxy = True
        verbose_name = _("supplier at a glance")
        verbose_name_plural = _("suppliers at a glance")
        default_permissions = ("view",)


class PartnerAmount(models.Model):
    """What a customer was charged, or a supplier charged, in one currency, tax included; credit notes count against.

    `posted` is in Intacct, `open` is not yet there: pending or in error. Invoices and credit notes only: receipts,
    shipments and prepayments are no claims. A sum may be larger than any document's amount, hence 20 digits; SQLite
    keeps 15 of them exactly.
    """

    figure = models.ForeignKey(PartnerFigure, models.CASCADE, related_name="amounts")
    currency = models.CharField(_("currency"), max_length=3)
    posted = models.DecimalField(_("posted"), max_digits=20, decimal_places=4, default=0)
    open = models.DecimalField(_("not yet posted"), max_digits=20, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("amount")
        verbose_name_plural = _("amounts")
        ordering = ["figure", "currency"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["figure", "currency"], name="status_partneramount_once"),
            models.CheckConstraint(
                name="status_partneramount_currency_known", condition=Q(currency__regex=r"^[A-Z]{3}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posted} {self.currency}"
