"""A posting's own page: its story from the source document to the record in Intacct, fresh while it is open."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from apps.access.admin.viewing import viewer_of
from apps.foundation.live import LivePart, answer_poll, live_poll
from apps.postings.models import Posting
from apps.postings.page import PostingPage, Pulse, posting_page, posting_pulse
from apps.postings.selectors import visible_postings, with_lines
from apps.postings.services.explain import explain


class StoryPage:
    """The page's addresses, for the admin class of postings."""

    def __init__(self, model_admin: Any) -> None:
        self.model_admin = model_admin

    def urls(self) -> list[Any]:
        view = self.model_admin.admin_site.admin_view
        return [
            path("<str:object_id>/story/", live_poll(view(self.poll)), name="postings_posting_story"),
            path("<str:object_id>/accounts/", view(self.accounts), name="postings_posting_accounts"),
        ]

    def page(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The whole page; None where the posting is not there for who looks."""
        page = _page(request, unquote(object_id))
        if page is None:
            return None
        shown = {"page": page, "posting": page.posting, "live": _live(page.posting, page.pulse)}
        return self._answer(request, "admin/postings/posting_page.html", str(page.posting), shown)

    def poll(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The story alone, for who keeps the page open."""
        self.model_admin.require_view(request)
        posting = visible_postings(viewer_of(request)).filter(pk=unquote(object_id)).first()
        if posting is None:
            raise Http404
        live = _live(posting, posting_pulse(posting))
        return answer_poll(request, live, lambda: {"page": _page(request, posting.pk), "posting": posting})

    def accounts(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Why each line has its account, with links to where that is edited."""
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        posting = with_lines(visible_postings(viewer_of(request))).filter(pk=unquote(object_id)).first()
        if posting is None:
            raise Http404
        shown = {"posting": posting, "lines": explain(posting=posting)}
        return self._answer(request, "admin/postings/accounts.html", _("Accounts of %s") % posting, shown)

    def _answer(self, request: HttpRequest, template: str, title: str, shown: dict[str, Any]) -> HttpResponse:
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "title": title,
            "is_fullwidth": "1",
            **shown,
        }
        return TemplateResponse(request, template, context)


def _page(request: HttpRequest, pk: str) -> PostingPage | None:
    return posting_page(pk, viewer_of(request), request.user.has_perm)


def _live(posting: Posting, pulse: Pulse) -> LivePart:
    return LivePart(
        name="story",
        url=reverse("admin:postings_posting_story", args=[posting.pk]),
        template="admin/postings/story.html",
        stamp=pulse.stamp,
        is_open=pulse.is_open,
        said=_("%(posting)s: %(state)s.") % {"posting": posting, "state": posting.state.label},
    )
