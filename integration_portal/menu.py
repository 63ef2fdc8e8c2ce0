"""The admin's menu as data: the guide's own words and paths."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from integration_portal.languages import offered


@dataclass(frozen=True)
class MenuItem:
    """One entry: its words, its page (the URL name of a list), and its icon."""

    title: Any
    page: str
    icon: str
    query: str = ""
    permission: str = ""
    """Who sees it, for a page that is not a list."""


@dataclass(frozen=True)
class MenuGroup:
    """A path of the guide with its entries."""

    title: Any
    items: tuple[MenuItem, ...]


SAGE_INTACCT = _("Administration › Integrations › Sage Intacct")

MENU: tuple[MenuGroup, ...] = (
    MenuGroup(
        _("Financial integration"),
        (
            MenuItem(_("Postings"), "admin:postings_posting_changelist", "receipt_long"),
            MenuItem(
                _("Postings in error"),
                "admin:postings_posting_changelist",
                "error",
                "?state=error",
            ),
            MenuItem(
                _("Reconciliation"),
                "admin:reconciliation_reconciliationrun_changelist",
                "balance",
                permission="postings.view_posting",
            ),
            MenuItem(_("Deliveries"), "admin:delivery_delivery_changelist", "local_shipping"),
            MenuItem(_("Attempts"), "admin:delivery_attempt_changelist", "outbox"),
        ),
    ),
    MenuGroup(
        _("Dashboards"),
        (
            MenuItem(_("Customers at a glance"), "admin:status_customerfigure_changelist", "groups"),
            MenuItem(_("Suppliers at a glance"), "admin:status_supplierfigure_changelist", "local_shipping"),
        ),
    ),
    MenuGroup(
        _("Administration › Application configuration"),
        (MenuItem(_("Options management"), "admin:options_option_changelist", "toggle_on"),),
    ),
    MenuGroup(
        SAGE_INTACCT,
        (
            MenuItem(
                _("Guided set-up"),
                "admin:configuration_set_up",
                "checklist",
                permission="configuration.view_intacctconfiguration",
            ),
            MenuItem(
                _("Carry the set-up"),
                "admin:configuration_set_up_file",
                "swap_horiz",
                permission="configuration.view_intacctconfiguration",
            ),
            MenuItem(
                _("Configuration"),
                "admin:configuration_intacctconfiguration_changelist",
                "settings_input_component",
            ),
            MenuItem(
                _("Status"),
                "admin:status_connection",
                "insights",
                permission="synchronisation.view_synchronisationrun",
            ),
            MenuItem(
                _("Connection health"),
                "admin:delivery_connectionhealth_changelist",
                "monitor_heart",
            ),
            MenuItem(_("Mapping"), "admin:mapping_objectmapping_changelist", "swap_horiz"),
            MenuItem(
                _("Synchronisations"),
                "admin:synchronisation_synchronisationrun_changelist",
                "sync",
            ),
            MenuItem(
                _("Smart Events received"),
                "admin:synchronisation_incomingevent_changelist",
                "notifications",
            ),
        ),
    ),
    MenuGroup(
        _("Administration › Communication"),
        (
            MenuItem(_("Integration"), "admin:delivery_integrationstate_changelist", "sync_alt"),
            MenuItem(_("Integration: finance"), "admin:postings_integrateddocument_changelist", "receipt_long"),
            MenuItem(_("Incidents and announcements"), "admin:status_notice_changelist", "campaign"),
            MenuItem(_("Status pages"), "status:companies", "public", permission="status.view_notice"),
            MenuItem(_("Webhooks"), "admin:notifications_webhookendpoint_changelist", "webhook"),
            MenuItem(_("Webhook messages"), "admin:notifications_webhookmessage_changelist", "outgoing_mail"),
            MenuItem(_("Alert rules"), "admin:notifications_alertrule_changelist", "notification_important"),
            MenuItem(_("Digests"), "admin:notifications_digest_changelist", "summarize"),
            MenuItem(_("Mails"), "admin:notifications_mail_changelist", "mail"),
        ),
    ),
    MenuGroup(
        _("Administration › Feature settings › Finance"),
        (
            MenuItem(_("Accounts"), "admin:masterdata_account_changelist", "account_tree"),
            MenuItem(_("Charts of accounts"), "admin:organisation_chartofaccounts_changelist", "schema"),
            MenuItem(_("Journals"), "admin:masterdata_journal_changelist", "menu_book"),
            MenuItem(_("Payment terms"), "admin:masterdata_paymentterm_changelist", "event"),
            MenuItem(_("Tax details"), "admin:masterdata_taxdetail_changelist", "receipt"),
            MenuItem(
                _("Journal entry types"),
                "admin:postings_journalentrytype_changelist",
                "rule",
            ),
            MenuItem(_("Posting classes"), "admin:postings_postingclass_changelist", "inventory"),
            MenuItem(_("Posting classes of records"), "admin:postings_postingclassassignment_changelist", "assignment"),
            MenuItem(_("Posting class definitions"), "admin:postings_postingclassdefinition_changelist", "list_alt"),
            MenuItem(_("Tax solutions"), "admin:organisation_taxsolution_changelist", "percent"),
            MenuItem(_("Tax categories"), "admin:organisation_taxcategory_changelist", "category"),
        ),
    ),
    MenuGroup(
        _("Attributes and dimensions"),
        (
            MenuItem(_("Attribute types"), "admin:dimensions_attributetype_changelist", "label"),
            MenuItem(_("Attributes"), "admin:dimensions_attribute_changelist", "engineering"),
            MenuItem(_("Dimension types"), "admin:dimensions_dimensiontype_changelist", "category"),
            MenuItem(_("Dimensions"), "admin:dimensions_dimension_changelist", "account_tree"),
            MenuItem(_("Default dimensions"), "admin:dimensions_defaultdimension_changelist", "auto_fix_high"),
            MenuItem(_("Company requirements"), "admin:dimensions_companyrequirement_changelist", "rule"),
        ),
    ),
    MenuGroup(
        _("Master data"),
        (
            MenuItem(_("Items"), "admin:masterdata_item_changelist", "inventory_2"),
            MenuItem(_("Customers"), "admin:masterdata_customer_changelist", "groups"),
            MenuItem(_("Suppliers"), "admin:masterdata_supplier_changelist", "local_shipping"),
        ),
    ),
    MenuGroup(
        _("Organisation"),
        (
            MenuItem(_("Companies"), "admin:organisation_company_changelist", "domain"),
            MenuItem(_("Sites"), "admin:organisation_site_changelist", "warehouse"),
            MenuItem(_("Business entities"), "admin:masterdata_entity_changelist", "compare_arrows"),
            MenuItem(_("Legislations"), "admin:organisation_legislation_changelist", "gavel"),
        ),
    ),
    MenuGroup(
        _("Access"),
        (
            MenuItem(_("API clients"), "admin:access_apiclient_changelist", "key"),
            MenuItem(_("Shared links"), "admin:access_sharedlink_changelist", "link"),
            MenuItem(_("Users"), "admin:auth_user_changelist", "person"),
            MenuItem(_("Groups"), "admin:auth_group_changelist", "group"),
            MenuItem(_("Audit trail"), "admin:foundation_auditentry_changelist", "history"),
        ),
    ),
    MenuGroup(
        _("Sandbox gateway"),
        (
            MenuItem(_("Stored records"), "admin:sandbox_storedrecord_changelist", "database"),
            MenuItem(
                _("Received functions"),
                "admin:sandbox_receivedfunction_changelist",
                "inbox",
            ),
            MenuItem(
                _("Import Customisation Package"),
                "admin:sandbox_custompackage_changelist",
                "upload_file",
            ),
            MenuItem(_("Smart Events sent"), "admin:sandbox_smarteventlog_changelist", "send"),
        ),
    ),
)


def _allowed(item: MenuItem) -> Callable[[HttpRequest], bool]:
    """Whoever may open the page sees the entry: the page's own admin is asked."""

    def may_view(request: HttpRequest) -> bool:
        if item.permission:
            return bool(request.user.has_perm(item.permission))
        from django.contrib import admin

        app_label, _separator, model_name = item.page.removeprefix("admin:").partition("_")
        model = apps.get_model(app_label, model_name.removesuffix("_changelist"))
        return bool(admin.site.get_model_admin(model).has_view_permission(request))

    return may_view


def _link(item: MenuItem, request: HttpRequest, open_address: str) -> dict[str, Any]:
    link = str(reverse_lazy(item.page))
    same_query = not item.query or item.query == f"?{request.META.get('QUERY_STRING', '')}"
    return {
        "title": item.title,
        "icon": item.icon,
        "link": (lambda request: f"{link}{item.query}") if item.query else link,
        "permission": _allowed(item),
        "active": link == open_address and same_query,
    }


def _open_address(request: HttpRequest) -> str:
    """That of the entry whose page is open: the longest address of the menu that the page's begins with."""
    addresses = {str(reverse_lazy(one.page)) for group in MENU for one in group.items if _is_there(one)}
    return max((one for one in addresses if request.path.startswith(one)), key=len, default="")


def _is_there(item: MenuItem) -> bool:
    from django.conf import settings

    return settings.SANDBOX_ENABLED or not item.page.startswith("admin:sandbox")


def _title(group: MenuGroup) -> Any:
    """The group's path; Sage Intacct's says when the option is off."""
    from apps.options.models import OptionCode
    from apps.options.selectors import is_on

    if group.title is SAGE_INTACCT and not is_on(OptionCode.SAGE_INTACCT):
        return format_lazy("{path} ({off})", path=group.title, off=_("turned off in Options management"))
    return group.title


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for this person; the sandbox's group only where there is a sandbox."""
    open_address = _open_address(request)
    return [
        {
            "title": _title(group),
            "separator": group is not MENU[0],
            "items": [_link(item, request, open_address) for item in group.items],
        }
        for group in MENU
        if _is_there(group.items[0])
    ]


def unfold_settings() -> dict[str, Any]:
    """The admin theme's settings."""
    return {
        "SITE_TITLE": _("Integration portal"),
        "SITE_HEADER": _("Integration portal"),
        "SITE_SUBHEADER": _("Sage DMO and Sage Intacct"),
        "SITE_SYMBOL": "hub",
        "SITE_URL": None,
        "SITE_FAVICONS": [
            {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("portal/favicon.svg")}
        ],
        "SHOW_HISTORY": False,
        "SHOW_VIEW_ON_SITE": False,
        "SHOW_LANGUAGES": True,
        "LANGUAGES": {"navigation": offered, "action": reverse_lazy("set_language")},
        "BORDER_RADIUS": "6px",
        "STYLES": [
            lambda request: static("portal/admin.css"),
            lambda request: static("portal/drawings.css"),
        ],
        "SCRIPTS": [
            lambda request: static("portal/icons.js"),
            lambda request: static("portal/tabs.js"),
            lambda request: static("portal/fields_grid.js"),
            lambda request: static("portal/live.js"),
            lambda request: static("portal/copy.js"),
        ],
        "COLORS": {
            "primary": {
                "50": "oklch(97% .02 165)",
                "100": "oklch(94% .05 165)",
                "200": "oklch(88% .09 165)",
                "300": "oklch(80% .13 165)",
                "400": "oklch(70% .14 165)",
                "500": "oklch(58% .13 165)",
                "600": "oklch(47% .11 165)",
                "700": "oklch(41% .09 165)",
                "800": "oklch(35% .08 165)",
                "900": "oklch(29% .06 165)",
                "950": "oklch(20% .04 165)",
            },
        },
        "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": navigation},
    }
