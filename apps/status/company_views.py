"""The status pages: the list of companies, one company's page, what of it is refreshed, and its file."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from apps.access.limits import count_export
from apps.access.models import SharedLink
from apps.access.viewer import Viewer
from apps.foundation.live import answer_poll
from apps.organisation.models import Company
from apps.postings.document_types import DocumentType
from apps.status.company_page import company_list, company_named, company_now, company_page
from apps.status.private_pages import for_link_holders, for_signed_in, language_asked_for, polled
from apps.status.services.export import MOST_ROWS, export_failing


@for_signed_in
def companies(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The list; whoever has one company only is taken to it."""
    found = company_list(viewer)
    if len(found.rows) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(reverse("status:company", args=[found.rows[0].company.code]))
    return TemplateResponse(request, "status/companies.html", {"list": found})


@for_signed_in
def company(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    return _page(request, viewer, _own(viewer, code), _addresses("company", code))


@polled
@for_signed_in
def company_live(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    return _live(request, _own(viewer, code), _addresses("company", code))


@for_signed_in
def company_file(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    return _file(request, viewer, _own(viewer, code))


@for_link_holders
def shared(request: HttpRequest, viewer: Viewer, link: SharedLink, token: str) -> HttpResponse:
    language = language_asked_for(request)
    return _page(request, viewer, link.company, _addresses("shared", token, language), link=link, language=language)


@polled
@for_link_holders
def shared_live(request: HttpRequest, viewer: Viewer, link: SharedLink, token: str) -> HttpResponse:
    return _live(request, link.company, _addresses("shared", token, language_asked_for(request)))


@for_link_holders
def shared_file(request: HttpRequest, viewer: Viewer, link: SharedLink, token: str) -> HttpResponse:
    wait = count_export(link.reference)
    if wait:
        return TemplateResponse(
            request, "status/wait.html", {"seconds": wait}, status=429, headers={"Retry-After": str(wait)}
        )
    return _file(request, viewer, link.company, link=link)


def _own(viewer: Viewer, code: str) -> Company:
    found = company_named(viewer, code)
    if found is None:
        raise Http404
    return found


def _addresses(name: str, key: str, language: str = "") -> dict[str, str]:
    """Of a page and its parts. `language`: the one that a link's reader chose, which the address alone knows."""
    page, kept = reverse(f"status:{name}", args=[key]), f"?{urlencode({'language': language})}" if language else ""
    return {
        "page": page,
        "everything": f"{page}{kept}",
        "live": f"{reverse(f'status:{name}-live', args=[key])}{kept}",
        "file": reverse(f"status:{name}-file", args=[key]),
    }


def _page(
    request: HttpRequest,
    viewer: Viewer,
    company: Company,
    addresses: dict[str, str],
    link: SharedLink | None = None,
    language: str = "",
) -> HttpResponse:
    asked = request.GET.get("type", "")
    document_type = asked if asked in DocumentType.values else ""
    page = company_page(viewer, company, document_type=document_type, after=request.GET.get("after", ""))
    query = {name: value for name, value in (("language", language), ("type", document_type)) if value}
    context: dict[str, Any] = {
        "page": page,
        "now": page.now,
        "live": page.now.live(addresses["live"]),
        "addresses": addresses,
        "link": link,
        "language": language,
        "document_types": DocumentType.choices,
        "document_type": document_type,
        "is_continued": bool(request.GET.get("after")),
        "first_query": urlencode(query),
        "next_query": urlencode({**query, "after": page.failing.following}) if page.failing.following else "",
        "most_rows": MOST_ROWS,
        "made_at": timezone.now(),
    }
    return TemplateResponse(request, "status/company.html", context)


def _live(request: HttpRequest, company: Company, addresses: dict[str, str]) -> HttpResponse:
    shown = company_now(company)
    return answer_poll(request, shown.live(addresses["live"]), lambda: {"now": shown})


def _file(request: HttpRequest, viewer: Viewer, company: Company, link: SharedLink | None = None) -> HttpResponse:
    """A look at the headers alone makes no file, and no entry of the audit trail."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"status-{slugify(company.name) or 'company'}-{timezone.now():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if request.method == "GET":
        asked = request.GET.get("type", "")
        response.write(
            export_failing(
                viewer=viewer,
                company=company,
                document_type=asked if asked in DocumentType.values else "",
                link=link,
            )
        )
    return response
