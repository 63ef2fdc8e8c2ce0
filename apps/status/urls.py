"""The status pages' addresses; and those below the admin, which the admin site wraps so that only its people enter."""

from collections.abc import Callable
from typing import Any

from django.urls import path

from apps.foundation.live import live_poll
from apps.status import company_views, sign_in, views

app_name = "status"
urlpatterns = [
    path("", company_views.companies, name="companies"),
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("logout/", sign_in.SignOut.as_view(), name="logout"),
    path("companies/<str:code>/", company_views.company, name="company"),
    path("companies/<str:code>/live/", company_views.company_live, name="company-live"),
    path("companies/<str:code>/failing.csv", company_views.company_file, name="company-file"),
    path("shared/<str:token>/", company_views.shared, name="shared"),
    path("shared/<str:token>/live/", company_views.shared_live, name="shared-live"),
    path("shared/<str:token>/failing.csv", company_views.shared_file, name="shared-file"),
]


def admin_urls(wrap: Callable[..., Any]) -> list[Any]:
    return [
        path("status/now/", live_poll(wrap(views.now)), name="status_now"),
        path("status/connection/", wrap(views.connection), name="status_connection"),
        path("status/connection/<int:pk>/", wrap(views.connection), name="status_connection_of"),
    ]
