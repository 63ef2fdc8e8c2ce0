"""What an admin changed in a delivered object map: the *Mapping* page (dmo-facts 3.3)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """Which way records go. What comes in has its owner over there; what goes out has it here.

    *Both*: it goes out, and what somebody changes over there is noticed. Nothing is overwritten on either side: the
    record is *Desynchronised*, with what differs, until a person says which side is right (decision 0017).
    """

    BOTH = "both", _("Both")
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")
    NOT_SENT = "not", _("Not sent")


class MappedKind(models.TextChoices):
    """Where a field's value comes from, or that it is not mapped at all."""

    PROPERTY = "property", _("Property")
    CONSTANT = "constant", _("Constant")
    EXPRESSION = "expression", _("Expression")
    CLEARED = "cleared", _("Cleared")


class ObjectMapping(models.Model):
    """One mapped object. Without field rows it is as delivered.

    `revision` becomes another with every change, so that each worker knows whether the map that it has is the one in
    force. `inspected` is what Sage Intacct last said about the object's fields.
    """

    object_name = models.CharField(_("Sage Intacct object"), max_length=60, unique=True, editable=False)
    direction = models.CharField(_("synchronisation direction"), max_length=8, choices=Direction)
    include_private = models.BooleanField(
        _("include private"), default=False, help_text=_("Also records that belong to one entity only.")
    )
    revision = models.CharField(max_length=32, blank=True, editable=False)
    inspected = models.JSONField(default=list, blank=True, editable=False)
    relationships = models.JSONField(default=list, blank=True, editable=False)
    inspected_at = models.DateTimeField(_("fields read from Sage Intacct"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("object mapping")
        verbose_name_plural = _("mapping")
        ordering = ["id"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(name="mapping_direction_known", condition=Q(direction__in=Direction.values)),
        ]

    def __str__(self) -> str:
        return self.object_name


class FieldMapping(models.Model):
    """A field that is mapped otherwise than delivered, or that was not mapped at all."""

    mapping = models.ForeignKey(ObjectMapping, models.CASCADE, related_name="fields", verbose_name=_("object mapping"))
    field = models.CharField(_("field"), max_length=120)
    kind = models.CharField(_("from"), max_length=10, choices=MappedKind)
    value = models.CharField(_("value"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("field mapping")
        verbose_name_plural = _("field mappings")
        ordering = ["mapping", "field"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mapping", "field"], name="mapping_field_once"),
            models.CheckConstraint(
                name="mapping_field_has_a_value",
                condition=Q(kind="cleared", value="")
                | Q(kind__in=["property", "constant", "expression"]) & ~Q(value=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value or self.get_kind_display()}"
