"""A row of *Smart Events to generate*: an object, its events, on or off (guide, "Configure the integration")."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.mapping.smart_event_objects import RecordEvent, smart_event_objects


class SmartEvent(models.Model):
    """What Sage Intacct tells this tenant about one object. Changing it makes the imported package out of date."""

    configuration = models.ForeignKey(IntacctConfiguration, models.CASCADE, related_name="smart_events")
    object_name = models.CharField(_("Sage Intacct object"), max_length=60, editable=False)
    is_on = models.BooleanField(_("on"), default=True)
    on_add = models.BooleanField(_("when created"), default=True)
    on_set = models.BooleanField(_("when changed"), default=True)
    on_delete = models.BooleanField(_("when deleted"), default=True)

    class Meta:
        verbose_name = _("Smart Event")
        verbose_name_plural = _("Smart Events to generate")
        ordering = ["configuration", "object_name"]
        constraints = [
            models.UniqueConstraint(fields=["configuration", "object_name"], name="mapping_smart_event_object_once"),
            models.CheckConstraint(
                name="mapping_smart_event_has_an_event",
                condition=models.Q(is_on=False)
                | models.Q(on_add=True)
                | models.Q(on_set=True)
                | models.Q(on_delete=True),
                violation_error_message=_("Choose at least one event, or turn the object off."),
            ),
        ]

    def __str__(self) -> str:
        known = smart_event_objects().get(self.object_name)
        return f"{known.label} ({self.object_name})" if known else self.object_name

    def events(self) -> Iterator[RecordEvent]:
        """The events to generate; none while the row is off."""
        if not self.is_on:
            return
        chosen = {RecordEvent.ADD: self.on_add, RecordEvent.SET: self.on_set, RecordEvent.DELETE: self.on_delete}
        yield from (event for event, wanted in chosen.items() if wanted)
