from django.urls import path

from apps.postings.api import views

urlpatterns = [
    path("postings/", views.PostingListView.as_view(), name="posting-list"),
    path("postings/bulk/", views.PostingBulkView.as_view(), name="posting-bulk"),
    path("postings/preview/", views.PostingPreviewView.as_view(), name="posting-preview"),
    path("postings/<id:pk>/", views.PostingDetailView.as_view(), name="posting-detail"),
    path("postings/<id:pk>/attempts/", views.PostingAttemptsView.as_view(), name="posting-attempts"),
    path("postings/<id:pk>/retry/", views.PostingRetryView.as_view(), name="posting-retry"),
    path("postings/<id:pk>/cancel/", views.PostingCancelView.as_view(), name="posting-cancel"),
    path("postings/<id:pk>/reverse/", views.PostingReverseView.as_view(), name="posting-reverse"),
]
