"""The audit trail, to be read."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.base import stored_words
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.admin.values_filter import IndexedValuesFilter
from apps.foundation.audit import AuditEntry
from apps.foundation.wording import happened, translated

PAGES = {
    "delivery": "admin:postings_posting_of_delivery",
    "posting": "admin:postings_posting_change",
    "configuration": "admin:configuration_intacctconfiguration_change",
    "api_client": "admin:access_apiclient_change",
    "partner_access": "admin:auth_user_change",
    "shared_link": "admin:access_sharedlink_change",
    "notice": "admin:status_notice_change",
    "webhook": "admin:notifications_webhookendpoint_change",
    "alert_rule": "admin:notifications_alertrule_change",
    "digest": "admin:notifications_digest_change",
    "company": "admin:organisation_company_change",
    "site": "admin:organisation_site_change",
    "legislation": "admin:organisation_legislation_change",
    "chart_of_accounts": "admin:organisation_chartofaccounts_change",
    "tax_category": "admin:organisation_taxcategory_change",
    "tax_solution": "admin:organisation_taxsolution_change",
    "account": "admin:masterdata_account_change",
}
"""Where a subject is looked at: names of addresses, so that nothing above is imported here."""


class ActionFilter(IndexedValuesFilter):
    """By what happened, in the words of the list."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": happened(str(choice["display"]))}


@admin.register(AuditEntry)
class AuditEntryAdmin(LongListAdmin):
    change_form_outer_before_template = "admin/foundation/audit_subject.html"
    list_display = ("at", "who", "happening", "subject", "words")
    list_filter = (("action", ActionFilter), ("subject_type", IndexedValuesFilter))
    search_fields = ("=subject_id",)
    search_help_text = _("ID of what it is about: a posting, configuration, company")
    empty_words = _("What people and the portal do is written here and can't be changed. Nothing happened yet.")
    fields = ("at", "actor", "action", "subject_type", "subject_label", "subject_id", "company", "detail")

    who = stored_words("actor", _("who"))

    @display(description=_("what"), ordering="action")
    def happening(self, entry: AuditEntry) -> str:
        return happened(entry.action)

    @display(description=_("to what"))
    def subject(self, entry: AuditEntry) -> Any:
        return render_to_string("admin/foundation/audit_link.html", {"entry": entry, "url": subject_url(entry)})

    @display(description=_("details"))
    def words(self, entry: AuditEntry) -> str:
        return translated(str(entry.detail.get("note") or entry.detail.get("reason") or ""))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        entry = self.get_object(request, object_id)
        context = {
            "subject_url": subject_url(entry) if entry else "",
            "page_title": self.happening(entry) if entry else "",
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


def subject_url(entry: AuditEntry) -> str:
    """The page of what an entry is about; empty where there is none."""
    try:
        return reverse(PAGES[entry.subject_type], args=[entry.subject_id])
    except (KeyError, NoReverseMatch):
        return ""
