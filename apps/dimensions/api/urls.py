from django.urls import path

from apps.dimensions.api import views

urlpatterns = [
    path("attributes/", views.AttributeListView.as_view(), name="attribute-list"),
    path("dimensions/", views.DimensionListView.as_view(), name="dimension-list"),
    path("dimension-types/", views.DimensionTypeListView.as_view(), name="dimension-type-list"),
]
