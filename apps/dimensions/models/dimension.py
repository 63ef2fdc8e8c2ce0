"""Dimensions: the values of a dimension type, as Sage Intacct has them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.dimensions.models.dimension_type import DimensionType
from apps.masterdata.models import InboundRecord


class Dimension(InboundRecord):
    """A value of a type: a department, a class, a value of a user-defined dimension (by its `id` over there).

    The parent is kept by its ID: it may come in later than its child.
    """

    type = models.ForeignKey(DimensionType, models.PROTECT, related_name="values", verbose_name=_("type"))
    code = models.CharField(_("ID"), max_length=100)
    parent = models.CharField(_("parent"), max_length=100, blank=True)
    entity = models.CharField(
        _("private to entity"), max_length=24, blank=True, help_text=_("Empty: shared by all entities.")
    )

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        ordering = ["type", "code"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["type", "code"], name="dimensions_dimension_once"),
            models.CheckConstraint(
                name="dimensions_dimension_not_its_own_parent",
                condition=~Q(code="") & (Q(parent="") | ~Q(parent=models.F("code"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
