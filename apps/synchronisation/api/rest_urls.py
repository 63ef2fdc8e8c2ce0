from django.urls import path

from apps.synchronisation.api.views import SynchronisationDetailView, SynchronisationListView

urlpatterns = [
    path("synchronisations/", SynchronisationListView.as_view(), name="synchronisation-list"),
    path("synchronisations/<str:pk>/", SynchronisationDetailView.as_view(), name="synchronisation-detail"),
]
