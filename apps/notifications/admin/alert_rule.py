"""Alert rules: made here, tested, switched on and off; and whether each is raised."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.delivery.states import Look
from apps.notifications.admin.subscription import SOME_COMPANIES, SubscriptionAdmin, SubscriptionForm
from apps.notifications.alert_kinds import FIGURE_NAMES, FIGURES, OF_POSTINGS, AlertKind
from apps.notifications.alert_words import alert_words
from apps.notifications.models import AlertRule
from apps.notifications.services.alert_rules import (
    AlertInput,
    activate_rule,
    change_rule,
    checked,
    create_rule,
    deactivate_rule,
    delete_rule,
    send_test_alert,
)

RAISED = (
    Look("danger", "notification_important", gettext_noop("It was told, and is told again while it goes on.")),
    _("Raised"),
)
CALMING = (
    Look("warning", "notifications_paused", gettext_noop("No longer so. After five minutes it is over.")),
    _("Calming down"),
)
QUIET = (Look("success", "check_circle", gettext_noop("Its condition does not hold.")), _("Quiet"))
INACTIVE = (Look("default", "notifications_off", gettext_noop("It is not looked at.")), _("Not active"))


def look_of(rule: AlertRule) -> tuple[Look, Any]:
    """How a rule is shown: colour, icon, meaning; and its state in a word."""
    if not rule.is_active:
        return INACTIVE
    if rule.raised_at is None:
        return QUIET
    return CALMING if rule.calm_since else RAISED


def only_for(name: str) -> str:
    """When the form of a new rule shows a figure, in the form's own language."""
    return shown_for(kind.value for kind, figures in FIGURES.items() if name in figures.limits)


def shown_for(kinds: Iterable[str]) -> str:
    """For these kinds; and where the kind is no field, because the page has only what fits it."""
    return " || ".join(["typeof kind == 'undefined'", *(f"kind == '{kind}'" for kind in kinds)])


class AlertRuleForm(SubscriptionForm):
    class Meta:
        model = AlertRule
        fields = ("name", "kind", *FIGURE_NAMES, "all_companies", "companies", "recipients", "language", "remind_hours")
        widgets = {"name": UnfoldAdminTextInputWidget}

    def check(self) -> None:
        checked(self.wanted())

    def wanted(self) -> AlertInput:
        given = self.cleaned_data
        return AlertInput(
            name=given["name"],
            recipients=given["recipients"],
            language=given["language"],
            all_companies=given["all_companies"],
            companies=list(given["companies"]),
            kind=given.get("kind") or self.instance.kind,
            remind_hours=given["remind_hours"],
            figures={name: given.get(name) for name in FIGURE_NAMES},
        )


@admin.register(AlertRule)
class AlertRuleAdmin(SubscriptionAdmin):
    form = AlertRuleForm
    change_form_outer_before_template = "admin/notifications/alert_state.html"
    list_display = ("name", "state_badge", "watches", "raised_at", "told", "last_mail", "failure")
    list_filter = ("is_active", "kind", "language")
    empty_words = _("An alert rule writes a mail when something is wrong: too many errors, a connection that is down.")
    fields = AlertRuleForm.Meta.fields
    mail_field = "rule"
    conditional_fields = {
        **{name: only_for(name) for name in FIGURE_NAMES},
        "all_companies": shown_for(OF_POSTINGS),
        "companies": f"{SOME_COMPANIES} && ({shown_for(OF_POSTINGS)})",
    }

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of a rule that is there: what fits its kind."""
        if obj is None:
            return self.fields
        own = FIGURES[AlertKind(obj.kind)]
        companies = () if own.is_of_postings else ("all_companies", "companies")
        left_out = {*(name for name in FIGURE_NAMES if name not in own.limits), *companies}
        return [name for name in AlertRuleForm.Meta.fields if name not in left_out]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it watches stays as it was created: its history would speak of something else."""
        return () if obj is None else ("kind",)

    @display(description=_("state"), ordering="raised_at")
    def state_badge(self, rule: AlertRule) -> Any:
        look, words = look_of(rule)
        return render_to_string("components/state.html", {"look": look, "words": words})

    @display(description=_("what it watches"), ordering="kind")
    def watches(self, rule: AlertRule) -> str:
        return str(rule.get_kind_display()).partition(":")[0].strip()

    def shown_of(self, rule: AlertRule) -> dict[str, Any]:
        look, words = look_of(rule)
        found = alert_words(rule.kind, rule.facts) if rule.raised_at else None
        return {"look": look, "state_words": words, "found": found}

    def save_model(self, request: HttpRequest, obj: AlertRule, form: Any, change: bool) -> None:
        actor = request.user.get_username()
        if change:
            change_rule(rule=obj, wanted=form.wanted(), actor=actor)
            return
        new = create_rule(wanted=form.wanted(), actor=actor)
        obj.pk, obj._state.adding = new.pk, False

    def delete_model(self, request: HttpRequest, obj: AlertRule) -> None:
        delete_rule(rule=obj, actor=request.user.get_username())

    def send_test(self, row: Any, actor: str) -> None:
        send_test_alert(rule=row, actor=actor)

    def activate(self, row: Any, actor: str) -> None:
        activate_rule(rule=row, actor=actor)

    def deactivate(self, row: Any, actor: str) -> None:
        deactivate_rule(rule=row, actor=actor)
