"""Values of attributes that Sage Intacct owns: projects, employees, and tasks with their project."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.dimensions.models.attribute_type import AttributeType
from apps.masterdata.models import InboundRecord

APART = " › "
"""Between a project and its task in a key."""


def key_of_attribute(type_code: str, code: str, project: str) -> str:
    """What a value is known by: a task by its project too."""
    return f"{project}{APART}{code}" if type_code == "task" else code


class Attribute(InboundRecord):
    """A project, an employee or a task. A task's ID is unique within its project only, so `key` holds both."""

    type = models.ForeignKey(AttributeType, models.PROTECT, related_name="values", verbose_name=_("type"))
    key = models.CharField(max_length=200, editable=False)
    code = models.CharField(_("ID"), max_length=100)
    project = models.CharField(
        _("restricted to project"), max_length=100, blank=True, help_text=_("A task belongs to one project.")
    )
    parent = models.CharField(_("parent"), max_length=100, blank=True)
    entity = models.CharField(
        _("private to entity"), max_length=24, blank=True, help_text=_("Empty: shared by all entities.")
    )
    begins_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["type", "key"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["type", "key"], name="dimensions_attribute_once"),
            models.CheckConstraint(name="dimensions_attribute_has_an_id", condition=~Q(code="") & ~Q(key="")),
            models.CheckConstraint(
                name="dimensions_task_has_a_project",
                condition=Q(type="task") & ~Q(project="") | ~Q(type="task") & Q(project=""),
            ),
            models.CheckConstraint(
                name="dimensions_attribute_of_intacct", condition=Q(type__in=("project", "employee", "task"))
            ),
        ]
        indexes = [models.Index(fields=["code", "type"], name="dimensions_attribute_by_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def holds_on(self, day: datetime.date) -> bool:
        """Whether a day lies within its dates."""
        return (self.begins_on is None or self.begins_on <= day) and (self.ends_on is None or day <= self.ends_on)

    @property
    def dates(self) -> str:
        """From when to when, in words."""
        return f"{self.begins_on or '…'} to {self.ends_on or '…'}"
