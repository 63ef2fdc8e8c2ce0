"""Where a page stands in the menu, for its breadcrumbs."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from integration_portal.menu import MENU

register = template.Library()


@dataclass(frozen=True)
class Place:
    """A menu entry with the path that leads to it."""

    path: Any
    title: Any
    link: str


@register.simple_tag(takes_context=True)
def menu_place(context: template.Context) -> Place | None:
    """The menu entry that the current page belongs to; None for a page that the menu does not have."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None or match.namespace != "admin" or not match.url_name:
        return None
    for group in MENU:
        for item in group.items:
            stem = item.page.removeprefix("admin:").removesuffix("changelist")
            if not item.query and match.url_name.startswith(stem):
                return Place(path=group.title, title=item.title, link=reverse(item.page))
    return None
