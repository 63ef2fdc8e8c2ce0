"""Looking at the sandbox: what it stores, and what it received, side by side with its answers."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from unfold.decorators import display

from apps.sandbox import package_admin  # noqa: F401  registers its pages
from apps.sandbox.looked_at import LookedAt
from apps.sandbox.models import ArmedFault, ReceivedFunction, StoredRecord

STATUS_LOOKS = {
    "success": {"tone": "success", "icon": "check_circle"},
    "failure": {"tone": "danger", "icon": "block"},
    "aborted": {"tone": "warning", "icon": "undo"},
}
OTHER_STATUS = {"tone": "default", "icon": "help"}


@admin.register(StoredRecord)
class StoredRecordAdmin(LookedAt):
    list_display = ("object_name", "record_no", "natural_id", "entity", "stored_at", "marker")
    list_filter = ("object_name", "is_seed", "entity")
    search_fields = ("=natural_id", "=marker", "=record_no")
    search_help_text = "ID or number, posting key, record number"
    empty_words = "The sandbox gateway fills its ledger when it first answers: run the portal with make run."
    fields = ("object_name", "record_no", "natural_id", "entity", "marker", "stored_at", "stored_fields")
    readonly_fields = ("stored_fields",)

    @display(description="fields")
    def stored_fields(self, record: StoredRecord) -> Any:
        return render_to_string("admin/sandbox/stored_fields.html", {"record": record})


@admin.register(ReceivedFunction)
class ReceivedFunctionAdmin(LookedAt):
    list_display = ("received_at", "function", "object_name", "entity", "status_badge", "record_no", "fault")
    list_filter = ("status", "object_name", "function", "fault")
    search_fields = ("=control_id", "=request_control_id", "=record_no")
    search_help_text = "Control ID, request, record number"
    empty_words = "What the portal sends to the sandbox gateway is listed here. Nothing arrived yet."
    change_form_outer_before_template = "admin/sandbox/received_function.html"
    fields = (
        "received_at", "function", "object_name", "entity", "status_badge", "record_no", "fault", "control_id",
        "request_control_id",
    )  # fmt: skip
    readonly_fields = ("status_badge",)

    @display(description="answer", ordering="status")
    def status_badge(self, received: ReceivedFunction) -> Any:
        look = STATUS_LOOKS.get(received.status, OTHER_STATUS)
        return render_to_string("components/state.html", {"look": look, "words": received.status.capitalize()})

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        is_list = request.resolver_match is not None and str(request.resolver_match.url_name).endswith("changelist")
        return rows.defer("request_xml", "answer_xml") if is_list else rows

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        received = self.get_object(request, object_id)
        title = f"{received.function} {received.object_name}".strip() if received else ""
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "page_title": title})


@admin.register(ArmedFault)
class ArmedFaultAdmin(LookedAt):
    list_display = ("kind", "match", "times", "after", "hits")
    empty_words = "No fault is armed: the sandbox gateway behaves well. Faults are armed over /sandbox/control/."
