"""Financial data as REST gives it (contract 5.2): read-only, managed in Sage Intacct."""

from rest_framework import serializers

from apps.masterdata.models import Account, Journal, PaymentTerm, TaxDetail


class AccountSerializer(serializers.ModelSerializer[Account]):
    id = serializers.CharField(source="number")
    chart_of_accounts = serializers.CharField(source="chart_of_accounts.code", default=None, allow_null=True)
    requires = serializers.ListField(
        source="required", child=serializers.CharField(), help_text="What each line on it must name."
    )

    class Meta:
        model = Account
        fields = [
            "id", "name", "chart_of_accounts", "account_type", "normal_balance", "tax_management", "entity", "requires",
            "is_active", "synchronised_at",
        ]  # fmt: skip


class JournalSerializer(serializers.ModelSerializer[Journal]):
    id = serializers.CharField(source="symbol")

    class Meta:
        model = Journal
        fields = ["id", "name", "is_active", "synchronised_at"]


class PaymentTermSerializer(serializers.ModelSerializer[PaymentTerm]):
    id = serializers.CharField(source="code")

    class Meta:
        model = PaymentTerm
        fields = [
            "id", "ledger", "name", "due_days", "due_from", "discount_days", "discount_from", "discount",
            "discount_unit", "is_active", "synchronised_at",
        ]  # fmt: skip


class TaxDetailSerializer(serializers.ModelSerializer[TaxDetail]):
    id = serializers.CharField(source="code")

    class Meta:
        model = TaxDetail
        fields = [
            "id", "name", "tax_type", "rate", "account", "tax_solution", "is_reverse_charge", "is_active",
            "synchronised_at",
        ]  # fmt: skip
