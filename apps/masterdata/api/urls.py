from django.urls import path

from apps.masterdata.api import views

urlpatterns = [
    path("accounts/", views.AccountListView.as_view(), name="account-list"),
    path("journals/", views.JournalListView.as_view(), name="journal-list"),
    path("payment-terms/", views.PaymentTermListView.as_view(), name="payment-term-list"),
    path("tax-details/", views.TaxDetailListView.as_view(), name="tax-detail-list"),
]
