"""What every admin page shares."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.decorators import display

from apps.foundation.wording import translated


def stored_words(field: str, description: Any) -> Callable[[Any, Any], str]:
    """A column or read-only field with what a service wrote, in the reader's language."""

    @display(description=description, ordering=field)
    def shown(model_admin: Any, row: Any) -> str:
        return translated(getattr(row, field) or "") or "–"

    return shown  # type: ignore[no-any-return]


class PortalModelAdmin(ModelAdmin):
    """A list over the whole width, with clear filters and counts, and an empty state that says what to do."""

    list_fullwidth = True
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = True
    compressed_fields = True
    warn_unsaved_form = True
    empty_words: Any = ""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Rows of set-up are made one at a time: no third button."""
        return super().render_change_form(request, {**context, "show_save_and_add_another": False}, *args, **kwargs)

    def require_view(self, request: HttpRequest) -> None:
        """Refuse whoever may not see this page."""
        if not self.has_view_permission(request):
            raise PermissionDenied

    def to_be_posted(self, request: HttpRequest, *, allowed: bool) -> HttpResponse | None:
        """What answers a request that must not change anything: another method than POST, or somebody who may not."""
        if not allowed:
            raise PermissionDenied
        return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    def confirmation(
        self,
        request: HttpRequest,
        *,
        title: Any,
        words: Any,
        button: Any,
        back: str,
        is_dangerous: bool = True,
        **context: Any,
    ) -> HttpResponse:
        """Asks before something that can't be undone: the same address is posted to again, with `confirmed`."""
        return TemplateResponse(
            request,
            "admin/confirmation.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "words": words,
                "button": button,
                "back": back,
                "is_dangerous": is_dangerous,
                **context,
            },
        )


class ReadOnlyAdmin(PortalModelAdmin):
    """Looked at, never edited here: the rows are written by services."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
