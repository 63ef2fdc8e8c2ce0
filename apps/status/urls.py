"""Addresses below the admin; the admin site wraps each view, so that only who signed in gets there."""

from collections.abc import Callable
from typing import Any

from django.urls import path

from apps.foundation.live import live_poll
from apps.status import views


def admin_urls(wrap: Callable[..., Any]) -> list[Any]:
    return [
        path("status/now/", live_poll(wrap(views.now)), name="status_now"),
        path("status/connection/", wrap(views.connection), name="status_connection"),
        path("status/connection/<int:pk>/", wrap(views.connection), name="status_connection_of"),
    ]
