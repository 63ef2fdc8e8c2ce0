"""The *Mapping* page: one row an object; its fields, what Sage Intacct says of them, and what they are mapped to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.errors import PortalError
from apps.foundation.wording import translated
from apps.intacct import IntacctError
from apps.mapping.effective import FieldChange
from apps.mapping.grid import (
    GridRow,
    MappedObject,
    differences_from_delivered,
    grid_of,
    mapped_object,
    relationships_of,
)
from apps.mapping.inbound_properties import camel
from apps.mapping.models import Direction, MappedKind, ObjectMapping, SmartEvent
from apps.mapping.services.object_mapping import change_mapping, inspect_object, reset_mapping
from apps.mapping.smart_event_objects import smart_event_objects

PAGE = "admin:mapping_objectmapping_change"


@admin.register(ObjectMapping)
class ObjectMappingAdmin(ReadOnlyAdmin):
    list_display = (
        "label",
        "object_name",
        "node",
        "transactions",
        "direction_badge",
        "smart_event",
        "private",
        "changed",
        "inspected_at",
    )
    list_display_links = ("label",)
    list_filter = ("direction",)
    search_fields = ("object_name",)
    search_help_text = _("Sage Intacct object")
    empty_words = _("Object mappings are delivered: run manage.py load_delivered_data.")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("mapping.change_objectmapping"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ObjectMapping, ObjectMapping]:
        rows: QuerySet[ObjectMapping, ObjectMapping] = super().get_queryset(request)
        events = SmartEvent.objects.filter(
            configuration__is_active=True, object_name=OuterRef("object_name"), is_on=True
        )
        return rows.defer("inspected", "relationships").annotate(has_events=Exists(events)).prefetch_related("fields")

    @display(description=_("object"))
    def label(self, mapping: ObjectMapping) -> str:
        return translated(mapped_object(mapping.object_name).label)

    @display(description=_("Sage DMO node"))
    def node(self, mapping: ObjectMapping) -> str:
        return camel(mapped_object(mapping.object_name).node)

    @display(description=_("Sage Intacct transactions"), empty_value="–")
    def transactions(self, mapping: ObjectMapping) -> str:
        return translated(mapped_object(mapping.object_name).transactions)

    @display(description=_("synchronisation direction"), ordering="direction")
    def direction_badge(self, mapping: ObjectMapping) -> Any:
        looks = {
            Direction.INBOUND: {"tone": "info", "icon": "download"},
            Direction.OUTBOUND: {"tone": "info", "icon": "upload"},
            Direction.BOTH: {"tone": "info", "icon": "sync_alt"},
            Direction.NOT_SENT: {"tone": "default", "icon": "block"},
        }
        direction = Direction(mapping.direction)
        return render_to_string("components/state.html", {"look": looks[direction], "words": direction.label})

    @display(description=_("Smart event"))
    def smart_event(self, mapping: ObjectMapping) -> Any:
        """Switched on the Custom package tab of the configuration: one switch, not two."""
        if mapping.object_name not in smart_event_objects():
            return "–"
        return _("On") if mapping.has_events else _("Off")  # type: ignore[attr-defined]

    @display(description=_("include private"), ordering="include_private")
    def private(self, mapping: ObjectMapping) -> Any:
        if not mapped_object(mapping.object_name).is_inbound:
            return "–"
        return _("Yes") if mapping.include_private else _("No")

    @display(description=_("changed here"))
    def changed(self, mapping: ObjectMapping) -> Any:
        mapped = mapped_object(mapping.object_name)
        as_delivered = (mapped.delivered_direction, mapped.delivered_private)
        differs = bool(mapping.fields.all()) or (mapping.direction, mapping.include_private) != as_delivered
        return _("Changed") if differs else _("As delivered")

    def get_urls(self) -> list[Any]:
        def own(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"mapping_objectmapping_{name}")

        return [
            own("of/<slug:object_name>/", self.of_view, "of"),
            own("<int:pk>/inspect/", self.inspect_view, "inspect"),
            own("<int:pk>/reset/", self.reset_view, "reset"),
            *super().get_urls(),
        ]

    def of_view(self, request: HttpRequest, object_name: str) -> HttpResponse:
        """The page of an object by its name: what an error links to."""
        self.require_view(request)
        mapping = get_object_or_404(ObjectMapping, object_name=object_name)
        return redirect(f"{reverse(PAGE, args=[mapping.pk])}?{request.GET.urlencode()}")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The grid; posted, the whole of it."""
        self.require_view(request)
        mapping = get_object_or_404(ObjectMapping, pk=object_id)
        if request.method == "POST":
            refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
            return refused or self._saved(request, mapping)
        return self._shown(request, mapping)

    def _shown(self, request: HttpRequest, mapping: ObjectMapping, flaws: dict[str, str] | None = None) -> HttpResponse:
        mapped = mapped_object(mapping.object_name)
        rows = grid_of(mapping)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{translated(mapped.label)} ({mapping.object_name})",
            "opts": self.opts,
            "mapping": mapping,
            "mapped": mapped,
            "rows": rows,
            "sections": _sections(mapped, rows),
            "relationships": relationships_of(mapping, rows),
            "smart_events": _smart_events_tab(mapping.object_name),
            "directions": [(one.value, one.label) for one in mapped.directions],
            "flaws": flaws or {},
            "marked": request.GET.get("field", ""),
            "may_change": self.has_change_permission(request),
            "differs": bool(differences_from_delivered(mapping)),
        }
        return TemplateResponse(request, "admin/mapping/object_mapping.html", context)

    def _saved(self, request: HttpRequest, mapping: ObjectMapping) -> HttpResponse:
        try:
            changed = change_mapping(
                mapping=mapping,
                actor=request.user.get_username(),
                direction=request.POST.get("direction", ""),
                include_private="include_private" in request.POST,
                fields=_given(request.POST, mapping),
                seen=request.POST.get("revision", ""),
            )
        except PortalError as refusal:
            messages.error(request, str(refusal))
            return self._shown(request, mapping, {one.pointer.rpartition("/")[2]: one.detail for one in refusal.flaws})
        messages.success(request, _("Saved. It applies from now on.") if changed else _("Nothing was changed."))
        return redirect(PAGE, mapping.pk)

    def inspect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Reads the object's fields from Sage Intacct."""
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        mapping = get_object_or_404(ObjectMapping, pk=pk)
        try:
            number = inspect_object(mapping=mapping, connection=active_configuration())
            messages.success(request, _("%d fields read from Sage Intacct.") % number)
        except (PortalError, IntacctError) as refusal:
            messages.error(request, f"{refusal} {getattr(refusal, 'next_step', '')}".strip())
        return redirect(PAGE, pk)

    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """*Reset to delivered settings*: shows first what would be lost."""
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        mapping = get_object_or_404(ObjectMapping, pk=pk)
        if "confirmed" not in request.POST:
            lost = [
                f"{translated(name)}: {translated(now)} → {translated(then)}"
                for name, now, then in differences_from_delivered(mapping)
            ]
            return self.confirmation(
                request,
                title=_("Reset %(object)s to delivered settings?") % {"object": mapping.object_name},
                words=_("These changes are lost and would have to be made again:"),
                button=_("Reset to delivered settings"),
                back=reverse(PAGE, args=[pk]),
                subjects=lost,
            )
        reset_mapping(mapping=mapping, actor=request.user.get_username())
        messages.success(request, _("%(object)s is as delivered.") % {"object": mapping.object_name})
        return redirect(PAGE, pk)


def _given(posted: QueryDict, mapping: ObjectMapping) -> dict[str, FieldChange]:
    """What the grid says of each field; an empty cell of a mapped field clears it."""
    mapped = mapped_object(mapping.object_name)
    given: dict[str, FieldChange] = {}
    for row in grid_of(mapping):
        cell, constant = posted.get(f"property:{row.path}"), posted.get(f"constant:{row.path}", "").strip()
        if not row.is_editable or (cell is None and not constant):
            continue  # as delivered
        name = (cell or "").strip()
        if constant.startswith("="):
            given[row.path] = FieldChange(MappedKind.EXPRESSION, constant[1:].strip())
        elif constant:
            given[row.path] = FieldChange(MappedKind.CONSTANT, constant)
        elif name:
            names = {camel(one): one for one in mapped.properties_of(row.path)}
            given[row.path] = FieldChange(MappedKind.PROPERTY, names.get(name, name))
        elif row.delivered is not None:
            given[row.path] = FieldChange(MappedKind.CLEARED)
    return given


@dataclass(frozen=True)
class Section:
    """One table of the grid: the fields of the object, or of its lines, with the properties that fit them."""

    key: str
    heading: Any
    rows: list[GridRow]
    properties: list[tuple[str, str]]


def _sections(mapped: MappedObject, rows: list[GridRow]) -> list[Section]:
    def section(key: str, heading: Any, is_of_line: bool, labels: Mapping[str, str]) -> Section:
        some = [row for row in rows if row.is_of_line == is_of_line]
        return Section(key, heading, some, [(camel(name), label) for name, label in labels.items()])

    found = [section("fields", _("Fields"), False, mapped.properties)]
    if mapped.is_document:
        heading = _("Fields of a line (%(object)s)") % {"object": mapped.lines_object}
        found.append(section("line-fields", heading, True, mapped.line_properties))
    return found


def _smart_events_tab(object_name: str) -> str:
    """Where the object's Smart Event is switched; empty where it has none, or nothing is set up."""
    configuration = IntacctConfiguration.objects.filter(is_active=True).first()
    if configuration is None or object_name not in smart_event_objects():
        return ""
    return f"{reverse('admin:configuration_intacctconfiguration_change', args=[configuration.pk])}#custom-package"
