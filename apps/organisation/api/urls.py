from django.urls import path

from apps.organisation.api import views

urlpatterns = [
    path("companies/", views.CompanyListView.as_view(), name="company-list"),
    path("companies/<id:code>/", views.CompanyDetailView.as_view(), name="company-detail"),
    path("sites/", views.SiteListView.as_view(), name="site-list"),
    path("sites/<id:code>/", views.SiteDetailView.as_view(), name="site-detail"),
]
