from django.urls import path

from apps.synchronisation.api.events import smart_event

urlpatterns = [path("events/<str:code>/", smart_event, name="smart-events")]
