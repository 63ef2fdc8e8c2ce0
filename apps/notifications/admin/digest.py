"""Digests: made here, tested, switched on and off."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.delivery.states import Look
from apps.notifications.admin.subscription import SOME_COMPANIES, SubscriptionAdmin, SubscriptionForm
from apps.notifications.models import Digest
from apps.notifications.services.digests import (
    DigestInput,
    activate_digest,
    change_digest,
    checked,
    create_digest,
    deactivate_digest,
    delete_digest,
    send_test_digest,
)

ACTIVE = (Look("success", "check_circle", gettext_noop("It is sent at its time.")), _("Active"))
INACTIVE = (Look("default", "notifications_off", gettext_noop("It is not sent.")), _("Not active"))


class DigestForm(SubscriptionForm):
    class Meta:
        model = Digest
        fields = (
            "name", "rhythm", "weekday", "hour", "sends_when_quiet",
            "all_companies", "companies", "recipients", "language",
        )  # fmt: skip
        widgets = {"name": UnfoldAdminTextInputWidget, "sends_when_quiet": UnfoldBooleanSwitchWidget}

    def check(self) -> None:
        checked(self.wanted())

    def wanted(self) -> DigestInput:
        given = self.cleaned_data
        return DigestInput(
            name=given["name"],
            recipients=given["recipients"],
            language=given["language"],
            all_companies=given["all_companies"],
            companies=list(given["companies"]),
            rhythm=given["rhythm"],
            weekday=given["weekday"],
            hour=given["hour"],
            sends_when_quiet=given["sends_when_quiet"],
        )


@admin.register(Digest)
class DigestAdmin(SubscriptionAdmin):
    form = DigestForm
    change_form_outer_before_template = "admin/notifications/digest_state.html"
    list_display = ("name", "state_badge", "comes", "told", "last_mail", "failure")
    list_filter = ("is_active", "rhythm", "language")
    empty_words = _("A digest is a mail that says every day or every week where things stand and what needs a person.")
    fields = DigestForm.Meta.fields
    mail_field = "digest"
    conditional_fields = {
        "weekday": "typeof rhythm == 'undefined' || rhythm == 'weekly'",
        "companies": SOME_COMPANIES,
    }

    @display(description=_("state"), ordering="is_active")
    def state_badge(self, digest: Digest) -> Any:
        look, words = ACTIVE if digest.is_active else INACTIVE
        return render_to_string("components/state.html", {"look": look, "words": words})

    @display(description=_("comes"), ordering="rhythm")
    def comes(self, digest: Digest) -> str:
        day = digest.get_weekday_display() if digest.weekday is not None else digest.get_rhythm_display()
        return _("%(day)s, %(hour)02d:00 UTC") % {"day": day, "hour": digest.hour}

    def shown_of(self, digest: Digest) -> dict[str, Any]:
        look, words = ACTIVE if digest.is_active else INACTIVE
        next_slot = digest.slot_before(timezone.now()) + digest.interval if digest.is_active else None
        return {"look": look, "state_words": words, "next_slot": next_slot}

    def save_model(self, request: HttpRequest, obj: Digest, form: Any, change: bool) -> None:
        actor = request.user.get_username()
        if change:
            change_digest(digest=obj, wanted=form.wanted(), actor=actor)
            return
        new = create_digest(wanted=form.wanted(), actor=actor)
        obj.pk, obj._state.adding = new.pk, False

    def delete_model(self, request: HttpRequest, obj: Digest) -> None:
        delete_digest(digest=obj, actor=request.user.get_username())

    def send_test(self, row: Any, actor: str) -> None:
        send_test_digest(digest=row, actor=actor)

    def activate(self, row: Any, actor: str) -> None:
        activate_digest(digest=row, actor=actor)

    def deactivate(self, row: Any, actor: str) -> None:
        deactivate_digest(digest=row, actor=actor)
