"""What submitting is measured beside: a DRF view that reads the same JSON and stores one row, at its own address."""

import secrets
from typing import Any

from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.postings.models import IdempotencyKey


class BareSerializer(serializers.Serializer[Any]):
    company = serializers.CharField()
    financial_site = serializers.CharField()
    document_type = serializers.CharField()
    number = serializers.CharField()
    posting_date = serializers.DateField()
    due_date = serializers.DateField()
    currency = serializers.CharField()
    supplier = serializers.CharField()
    supplier_document_number = serializers.CharField()
    lines = serializers.ListField(child=serializers.DictField())


class BareView(APIView):
    """No key, no rules, no lines of their own: what any portal on Django REST framework costs at least."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        given = BareSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        IdempotencyKey.objects.create(
            client="bare", key=secrets.token_hex(16), body_sha256="", status=201, answer=given.data
        )
        return Response(given.data, status=201)


urlpatterns = [path("bare/", BareView.as_view()), path("", include("integration_portal.urls"))]
