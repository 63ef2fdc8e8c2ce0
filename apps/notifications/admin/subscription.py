"""What the pages of alert rules and digests share: how they are shown, switched and tested."""

from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.errors import PortalError
from apps.foundation.live import LivePart, answer_poll, live_poll, stamp_of
from apps.notifications.models import Mail, MailState
from apps.notifications.models.mail_subscription import ONE_LINE
from apps.notifications.selectors import MailLine, last_mails
from apps.organisation.models import Company

SOME_COMPANIES = "(typeof all_companies == 'undefined' || all_companies == false)"
"""When the form shows the companies; on a page that is only looked at, nothing is a field, and all is shown."""


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Checked by the same rules as the service has, so that a refusal stands at its field."""

    companies = forms.ModelMultipleChoiceField(
        Company.objects.order_by("code"),
        label=_("Companies"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Only the postings of these companies are looked at."),
    )
    recipients = forms.CharField(
        label=_("Recipients"),
        max_length=6000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("E-mail addresses, one a line. Each gets a mail of its own."),
    )
    all_companies = forms.BooleanField(
        label=_("All companies"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Of those made later too."),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        ONE_LINE(name)
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self.check()
        except PortalError as refusal:
            place = refusal.flaws[0].pointer.strip("/") if refusal.flaws else ""
            self.add_error(place if place in self.fields else None, str(refusal))
        return cleaned

    def _post_clean(self) -> None:
        """The service writes the row. The database's rules are told by `check`; a name that is taken, here."""
        if not self.errors:
            self.instance.name = self.cleaned_data["name"]
            self.validate_unique()

    def check(self) -> None:
        """Raise the refusal of what was filled in."""
        raise NotImplementedError


class SubscriptionAdmin(PortalModelAdmin):
    """`wanted` of the form goes to the service; buttons switch it on and off and send a test."""

    actions = None
    list_filter: tuple[str, ...] = ("is_active", "language")
    search_fields = ("name", "recipients")
    search_help_text = _("Name, recipient")
    change_form_outer_after_template = "admin/notifications/subscription_mails.html"
    conditional_fields = {"companies": SOME_COMPANIES}

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any, Any]":
        mails = Mail.objects.filter(**{self.mail_field: OuterRef("pk")}).order_by("-id")
        rows: QuerySet[Any, Any] = super().get_queryset(request)
        return rows.annotate(  # type: ignore[no-any-return]
            last_sent=Subquery(mails.filter(state=MailState.SENT).values("sent_at")[:1]),
            last_failure=Subquery(mails.values("failure")[:1]),
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """For who may only look, the fields are read-only and the framework's own form will do."""
        if obj is not None and not self.has_change_permission(request, obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    @property
    def mail_field(self) -> str:
        """By which a mail names its owner."""
        raise NotImplementedError

    @property
    def page(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_change"

    @display(description=_("last mail sent"), ordering="last_sent")
    def last_mail(self, row: Any) -> Any:
        return row.last_sent

    @display(description=_("last failure"))
    def failure(self, row: Any) -> str:
        return row.last_failure or "–"

    @display(description=_("recipients"))
    def told(self, row: Any) -> str:
        more = len(row.addresses) - 1
        if not more:
            return str(row.addresses[0])
        words = ngettext("%(first)s and %(more)d more", "%(first)s and %(more)d more", more)
        return words % {"first": row.addresses[0], "more": more}

    def get_urls(self) -> list[Any]:
        def own(view: Any, name: str) -> Any:
            return path(f"<str:pk>/{name}/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")

        guarded = self.admin_site.admin_view
        return [
            own(live_poll(guarded(self.mails_view)), "mails"),
            own(guarded(self.test_view), "test"),
            own(guarded(self.activate_view), "activate"),
            own(guarded(self.deactivate_view), "deactivate"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context = {**context, "mail_is_set_up": settings.MAIL_IS_SET_UP}
        return super().render_change_form(request, context, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if row is not None:
            mails = last_mails(row)
            shown = {
                "may_change": self.has_change_permission(request, row),
                "live": self._live(row, mails),
                **self._mails(row, mails),
                **self.shown_of(row),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def mails_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Its newest mails, for who keeps its page open."""
        self.require_view(request)
        row = get_object_or_404(self.model, pk=pk)
        mails = last_mails(row)
        return answer_poll(request, self._live(row, mails), lambda: self._mails(row, mails))

    def _mails(self, row: Any, mails: list[MailLine]) -> dict[str, Any]:
        return {
            "last_mails": mails,
            "mail_filter": f"{self.mail_field}__id__exact={row.pk}",
            "mail_is_set_up": settings.MAIL_IS_SET_UP,
        }

    def _live(self, row: Any, mails: list[MailLine]) -> LivePart:
        counts = Counter(line.words for line in mails)
        states = [
            gettext("%(state)s: %(number)d") % {"state": state, "number": number} for state, number in counts.items()
        ]
        return LivePart(
            name="last-mails",
            url=reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_mails", args=[row.pk]),
            template="admin/notifications/last_mails.html",
            stamp=stamp_of(line.moves for line in mails),
            is_open=settings.MAIL_IS_SET_UP and any(line.is_open for line in mails),
            said=". ".join(states),
        )

    def shown_of(self, row: Any) -> dict[str, Any]:
        """What its page says of its state."""
        raise NotImplementedError

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has set the companies."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The row and how many mails go with it: not a line for each of them."""
        number = Mail.objects.filter(**{f"{self.mail_field}__in": objs}).count()
        words = ngettext("%(number)d mail", "%(number)d mails", number)
        return [*map(str, objs), words % {"number": number}], {self.opts.verbose_name_plural: len(objs)}, set(), []

    def test_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """A worker sends it; the page shows what came of it."""
        return self._done(request, pk, self.send_test, _("A test mail is on its way. What comes of it is shown here."))

    def activate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._done(request, pk, self.activate, _("Active from now on."))

    def deactivate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._done(request, pk, self.deactivate, _("Not active: it sends nothing, nor what was waiting."))

    def _done(self, request: HttpRequest, pk: str, do: Any, words: Any) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_change_permission(request))
        if refused is not None:
            return refused
        row = get_object_or_404(self.model, pk=pk)
        try:
            do(row, request.user.get_username())
            messages.success(request, words)
        except PortalError as refusal:
            messages.error(request, str(refusal))
        return redirect(self.page, pk)

    def send_test(self, row: Model, actor: str) -> None:
        raise NotImplementedError

    def activate(self, row: Model, actor: str) -> None:
        raise NotImplementedError

    def deactivate(self, row: Model, actor: str) -> None:
        raise NotImplementedError

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The audit trail has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As above."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """As above."""
