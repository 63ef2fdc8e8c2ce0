from django.urls import path

from apps.postings.api import views

urlpatterns = [
    path("postings/", views.PostingListView.as_view(), name="posting-list"),
    path("postings/bulk/", views.PostingBulkView.as_view(), name="posting-bulk"),
    path("postings/preview/", views.PostingPreviewView.as_view(), name="posting-preview"),
    path("postings/<str:pk>/", views.PostingDetailView.as_view(), name="posting-detail"),
    path("postings/<str:pk>/attempts/", views.PostingAttemptsView.as_view(), name="posting-attempts"),
    path("postings/<str:pk>/retry/", views.PostingRetryView.as_view(), name="posting-retry"),
    path("postings/<str:pk>/cancel/", views.PostingCancelView.as_view(), name="posting-cancel"),
    path("postings/<str:pk>/reverse/", views.PostingReverseView.as_view(), name="posting-reverse"),
]
