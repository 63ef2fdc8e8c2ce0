"""The sandbox's addresses, below `/sandbox/`."""

from django.urls import path

from apps.sandbox import (
    control_payments,
    control_records,
    control_views,
    package_views,
    trial_balance,
    views,
)

app_name = "sandbox"
urlpatterns = [
    path("ia/xml/xmlgw.phtml", views.gateway_view, name="gateway"),
    path("node/ia/xml/xmlgw.phtml", views.gateway_view, {"node": True}, name="node"),
    path("control/", control_views.control, name="control"),
    path("control/objects/", control_views.objects, name="objects"),
    path("control/packages/", package_views.packages, name="packages"),
    path("control/events/", package_views.events, name="events"),
    path("control/records/", control_records.records, name="records"),
    path("control/payments/", control_payments.payments, name="payments"),
    path("control/seed/", control_records.seed, name="seed"),
    path("control/stats/", control_views.stats, name="stats"),
    path("control/trial-balance/", trial_balance.trial_balance, name="trial-balance"),
    path("control/received/", control_views.received, name="received"),
    path("control/received/<path:control_id>/", control_views.received_page, name="received-page"),
]
