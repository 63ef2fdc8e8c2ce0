"""Addresses of the stand-alone sandbox: the same as in the portal."""

from django.urls import include, path

urlpatterns = [path("sandbox/", include("apps.sandbox.urls"))]
