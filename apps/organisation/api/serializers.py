"""Companies and sites as REST gives them."""

from rest_framework import serializers

from apps.organisation.models import Company, Site


class CompanySerializer(serializers.ModelSerializer[Company]):
    id = serializers.CharField(source="code")
    legislation = serializers.CharField(source="legislation.code")
    chart_of_accounts = serializers.CharField(source="chart_of_accounts.code", default=None, allow_null=True)

    class Meta:
        model = Company
        fields = ["id", "name", "legislation", "chart_of_accounts", "currency", "is_active"]


class SiteSerializer(serializers.ModelSerializer[Site]):
    id = serializers.CharField(source="code")
    company = serializers.CharField(source="company.code")
    financial_site = serializers.CharField(source="entity_id")

    class Meta:
        model = Site
        fields = [
            "id", "company", "name", "financial_site", "is_financial", "is_stock", "is_manufacturing", "is_sales",
            "is_purchase", "is_active",
        ]  # fmt: skip
