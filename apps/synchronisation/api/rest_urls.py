from django.urls import path

from apps.synchronisation.api import record_views
from apps.synchronisation.api.views import SynchronisationDetailView, SynchronisationListView

urlpatterns = [
    path("synchronisations/", SynchronisationListView.as_view(), name="synchronisation-list"),
    path("synchronisations/<id:pk>/", SynchronisationDetailView.as_view(), name="synchronisation-detail"),
    path("items/", record_views.ItemListView.as_view(), name="item-list"),
    path("items/bulk/", record_views.ItemBulkView.as_view(), name="item-bulk"),
    path("items/<id:code>/", record_views.ItemDetailView.as_view(), name="item-detail"),
    path("customers/", record_views.CustomerListView.as_view(), name="customer-list"),
    path("customers/bulk/", record_views.CustomerBulkView.as_view(), name="customer-bulk"),
    path("customers/<id:code>/", record_views.CustomerDetailView.as_view(), name="customer-detail"),
    path("suppliers/", record_views.SupplierListView.as_view(), name="supplier-list"),
    path("suppliers/bulk/", record_views.SupplierBulkView.as_view(), name="supplier-bulk"),
    path("suppliers/<id:code>/", record_views.SupplierDetailView.as_view(), name="supplier-detail"),
]
