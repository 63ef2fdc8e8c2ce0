"""A grid that stands in one of its page's tabs, below the tab's fields."""

from typing import Any

from unfold.admin import TabularInline


class GridInTab(TabularInline):
    """`in_tab` names the fieldset whose tab it is. Unfold's inlines stand below all tabs, or are tabs themselves."""

    template = "admin/nothing.html"
    in_tab: Any = ""
