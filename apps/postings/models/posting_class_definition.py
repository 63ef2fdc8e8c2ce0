"""Posting class definitions: the account types of journal entry types, and whose posting class gives the account."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.organisation.models import Legislation


class ClassType(models.TextChoices):
    """Whose posting class gives the account. `header` and `line`: the account stands on the document itself."""

    ITEM = "item", _("Item")
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")
    TAX = "tax", _("Tax")
    RESOURCE = "resource", _("Resource")
    COMPANY = "company", _("Company")
    HEADER = "header", _("Document header")
    LINE = "line", _("Document line")


OF_DOCUMENTS = (ClassType.HEADER, ClassType.LINE)
"""They have no posting classes."""

WITH_CLASSES = tuple(one for one in ClassType if one not in OF_DOCUMENTS)


class DefinitionManager(models.Manager["PostingClassDefinition"]):
    def get_by_natural_key(self, code: str, legislation: str = "") -> "PostingClassDefinition":
        return self.get(code=code, legislation__code=legislation) if legislation else self.get(
            code=code, legislation=None
        )  # fmt: skip


class PostingClassDefinition(DeliveredRow):
    """An account type. A legislation's own definition comes before the one of every legislation."""

    delivered_names: ClassVar = ("name", "class_type", "is_detailed", "by_tax", "is_active")

    code = models.CharField(_("account type"), max_length=60, help_text=_("What a document's line calls account_type."))
    legislation = models.ForeignKey(
        Legislation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("legislation"),
        help_text=_("Empty: every legislation that has no definition of its own."),
    )
    class_type = models.CharField(_("account of"), max_length=12, choices=ClassType)
    name = models.CharField(_("name"), max_length=80)
    is_detailed = models.BooleanField(
        _("detailed"), default=True, help_text=_("Off: the default posting class counts for all records.")
    )
    by_tax = models.BooleanField(_("by tax"), default=False, help_text=_("The account may depend on the tax detail."))
    is_active = models.BooleanField(_("active"), default=True)

    objects = DefinitionManager()

    class Meta:
        verbose_name = _("posting class definition")
        verbose_name_plural = _("posting class definitions")
        ordering = ["code", "legislation"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["code", "legislation"], name="postings_definition_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(legislation__isnull=True), name="postings_definition_of_all_once"
            ),
            models.CheckConstraint(name="postings_definition_type_known", condition=Q(class_type__in=ClassType.values)),
            models.CheckConstraint(
                name="postings_definition_of_documents_plain",
                condition=~Q(class_type__in=[one.value for one in OF_DOCUMENTS]) | Q(by_tax=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, ...]:
        return (self.code,) if self.legislation is None else (self.code, self.legislation.code)
