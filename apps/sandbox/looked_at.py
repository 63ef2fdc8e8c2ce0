"""What the sandbox's admin pages share: they are looked at, and changed by the gateway only."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class LookedAt(ModelAdmin):
    list_fullwidth = True
    list_filter_submit = True
    list_per_page = 50
    actions = None
    empty_words = ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
