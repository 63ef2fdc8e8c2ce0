"""Connections to a gateway."""

import factory

from apps.configuration.models import IntacctConfiguration, MarkerMode


class ConfigurationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = IntacctConfiguration
        django_get_or_create = ("code",)

    code = "SANDBOX"
    endpoint_url = "http://127.0.0.1:9/sandbox/ia/xml/xmlgw.phtml"
    company_id = "SANDBOX"
    user_id = "xml_gateway"
    user_password = "sandbox"
    sender_password = "sandbox"
    call_deadline_seconds = 30
    processing_horizon_seconds = 60
    marker_mode = MarkerMode.FIELD
