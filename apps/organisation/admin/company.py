"""Companies and sites (guide, "Business entities"): both have the ID of the entity in Sage Intacct."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.audited import AuditedModelAdmin
from apps.organisation.admin.chart_field import OffersChartsOfLegislation
from apps.organisation.models import Company, Site
from apps.organisation.selectors import default_chart, financial_site_of, with_financial_site

HAS_SITE = ({"tone": "success", "icon": "check_circle"}, _("Same ID"))
LACKS_SITE = ({"tone": "warning", "icon": "warning"}, _("Missing"))


class CompanyForm(forms.ModelForm):
    class Meta:
        model = Company
        exclude = ()  # noqa: DJ006  the admin names the fields

    def clean(self) -> dict[str, Any]:
        """No chart chosen: the default of the legislation."""
        cleaned = super().clean() or {}
        if cleaned.get("legislation") and "chart_of_accounts" in cleaned and not cleaned["chart_of_accounts"]:
            cleaned["chart_of_accounts"] = default_chart(cleaned["legislation"])
        return cleaned


@admin.register(Company)
class CompanyAdmin(OffersChartsOfLegislation, AuditedModelAdmin):
    form = CompanyForm
    audited_as = "company"
    change_form_outer_before_template = "admin/organisation/company_entity.html"
    list_display = (
        "code", "name", "legislation", "chart_of_accounts", "currency", "financial_site", "is_active",
        "allows_inter_entity_entries",
    )  # fmt: skip
    list_filter = ("legislation", "is_active")
    list_select_related = ("legislation", "chart_of_accounts")
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Create a company with the same ID as its entity in Sage Intacct, then its financial site.")
    fields = (
        "code", "name", "legislation", "chart_of_accounts", "currency", "ledger_postings", "is_active",
        "allows_inter_entity_entries", "uses_ar_prepayments",
    )  # fmt: skip
    readonly_fields = ("ledger_postings",)

    def audited_company(self, row: Company) -> str:
        return row.code

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company, Company]:
        return with_financial_site(super().get_queryset(request))

    @display(description=_("financial site"))
    def financial_site(self, company: Company) -> Any:
        look, words = HAS_SITE if company.has_financial_site else LACKS_SITE  # type: ignore[attr-defined]
        return render_to_string("components/state.html", {"look": look, "words": words})

    @display(description=_("AP/AR postings to the general ledger"))
    def ledger_postings(self, company: Company) -> Any:
        """A switch of the legislation (guide, "Activate Sage Intacct integration")."""
        if not company.legislation_id:
            return _("As the legislation says.")
        if company.legislation.posts_ap_ar_to_ledger:
            return _("Yes, by legislation %s, while the option Sage Intacct is on.") % company.legislation
        return _("No, by legislation %s.") % company.legislation

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        company = self.get_object(request, object_id)
        context = {
            "financial_site": financial_site_of(company) if company else None,
            "may_add_site": request.user.has_perm("organisation.add_site"),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _warn_of_missing_site(request, form.instance)


def _warn_of_missing_site(request: HttpRequest, company: Company) -> None:
    """The guide's rule is no constraint: the company must be there before its site. So it is said at every save."""
    if company.is_active and financial_site_of(company).own is None:
        messages.warning(request, _("Company %(id)s still needs its financial site %(id)s.") % {"id": company.code})


@admin.register(Site)
class SiteAdmin(AuditedModelAdmin):
    audited_as = "site"
    fixed_fields = ("code", "company")
    list_display = (
        "code", "name", "company", "is_financial", "is_stock", "is_manufacturing", "is_sales", "is_purchase",
        "is_active",
    )  # fmt: skip
    list_filter = (
        "company", "is_financial", "is_stock", "is_manufacturing", "is_sales", "is_purchase", "is_active",
    )  # fmt: skip
    list_select_related = ("company",)
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Create the company first, then a financial site with the same ID as the entity in Sage Intacct.")
    fieldsets = (
        (None, {"fields": ("code", "name", "company", "is_active")}),
        (
            _("Kinds"),
            {
                "fields": (
                    "is_financial", "financial_site", "is_stock", "is_manufacturing", "is_sales", "is_purchase",
                ),
            },
        ),
    )  # fmt: skip

    def audited_company(self, row: Site) -> str:
        return row.company.code

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _warn_of_missing_site(request, form.instance.company)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only a financial site keeps books."""
        if db_field.name == "financial_site":
            kwargs["queryset"] = Site.objects.filter(is_financial=True).select_related("company")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
