"""Which posting class a record has; one without has the default of its kind."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.postings.models.posting_class import PostingClass
from apps.postings.models.posting_class_definition import WITH_CLASSES, ClassType

ASSIGNED = tuple(one for one in WITH_CLASSES if one != ClassType.RESOURCE)
"""Documents name no resource: its default class counts."""


class PostingClassAssignment(models.Model):
    """A record by the ID that documents name, and its class."""

    class_type = models.CharField(_("of"), max_length=12, choices=[(one.value, one.label) for one in ASSIGNED])
    key = models.CharField(_("its ID"), max_length=100, help_text=_("The ID of the item, customer, supplier, …"))
    posting_class = models.ForeignKey(
        PostingClass, models.PROTECT, related_name="assignments", verbose_name=_("posting class")
    )

    class Meta:
        verbose_name = _("posting class of a record")
        verbose_name_plural = _("posting classes of records")
        ordering = ["class_type", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["class_type", "key"],
                name="postings_assignment_once",
                violation_error_message=_("This record has a posting class already: change that."),
            ),
            models.CheckConstraint(
                name="postings_assignment_type_known",
                condition=Q(class_type__in=[one.value for one in ASSIGNED]) & ~Q(key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_class_type_display()} {self.key}: {self.posting_class_id and self.posting_class.code}"

    def clean(self) -> None:
        """The class is one of the record's kind."""
        if self.posting_class_id and self.posting_class.class_type != self.class_type:
            raise ValidationError({"posting_class": _("This class is for records of another kind.")})
