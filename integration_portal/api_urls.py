"""REST API v1: the address book (contract section 5)."""

from django.urls import include, path, re_path

from apps.foundation.problems import not_found

app_name = "api"
urlpatterns = [
    path("", include("apps.postings.api.urls")),
    path("", include("apps.organisation.api.urls")),
    path("", include("apps.masterdata.api.urls")),
    path("", include("apps.dimensions.api.urls")),
    path("", include("apps.synchronisation.api.rest_urls")),
    path("", include("integration_portal.status_api")),
    re_path(r"^.*$", not_found),
]
