"""Addresses below the admin; the admin site wraps each view, so that only who signed in gets there."""

from collections.abc import Callable
from typing import Any

from django.urls import path

from apps.status import views


def admin_urls(wrap: Callable[..., Any]) -> list[Any]:
    return [
        path("status/connection/", wrap(views.connection), name="status_connection"),
        path("status/connection/<int:pk>/", wrap(views.connection), name="status_connection_of"),
    ]
