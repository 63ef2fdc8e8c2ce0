from django.urls import path

from apps.configuration.api.callbacks import asynchronous_answer

app_name = "intacct"
urlpatterns = [path("async/<str:code>/", asynchronous_answer, name="async")]
