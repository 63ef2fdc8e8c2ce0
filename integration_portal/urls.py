"""The portal's addresses (contract section 4)."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from integration_portal import health, metrics

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("status/", include("apps.status.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("integration_portal.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("intacct/", include("apps.configuration.api.urls")),
    path("intacct/", include("apps.synchronisation.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
if settings.SANDBOX_SERVED:
    urlpatterns.append(path("sandbox/", include("apps.sandbox.urls")))
