"""Who is looking: one small value that services and selectors take instead of a request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from apps.access.roles import EVERY_COMPANY, PERMITTED, SCOPE_OF, Action, Role, Scope

if TYPE_CHECKING:
    from apps.access.models import ApiClient, SharedLink


@dataclass(frozen=True)
class Viewer:
    """A person, a REST client or a shared link, with role and companies (`company_ids` None: all of them).

    `scopes` narrow what the role may; None: not narrowed. `shows_amounts`: whether status pages tell amounts.
    """

    label: str
    role: Role | None
    company_ids: frozenset[int] | None = frozenset()
    client_id: str | None = None
    scopes: frozenset[Scope] | None = None
    shows_amounts: bool = True

    @property
    def is_authenticated(self) -> bool:
        """DRF asks the user for this."""
        return True

    def may(self, action: Action) -> bool:
        return self._role_may(action) and self.missing_scope(action) is None

    def missing_scope(self, action: Action) -> Scope | None:
        """The scope without which this action is refused although the role may do it; None: no scope is missing."""
        if self.scopes is None or not self._role_may(action) or SCOPE_OF[action] in self.scopes:
            return None
        return SCOPE_OF[action]

    def _role_may(self, action: Action) -> bool:
        return self.role is not None and action in PERMITTED[self.role]


SYSTEM_VIEWER = Viewer(label="portal", role=Role.INTEGRATION_ADMIN, company_ids=None)
"""The portal itself: commands and scheduled work."""


def viewer_for_client(client: "ApiClient") -> Viewer:
    """The viewer behind an API key. A client without companies sees all only if its role does."""
    role = Role(client.role)
    companies = frozenset(client.companies.values_list("pk", flat=True))
    return Viewer(
        label=f"client {client.name}",
        role=role,
        company_ids=None if not companies and role in EVERY_COMPANY else companies,
        client_id=client.reference,
        scopes=client.narrowed_to,
    )


def viewer_for_link(link: "SharedLink") -> Viewer:
    """Whoever holds a shared link: a partner of its company."""
    return Viewer(
        label=f"shared link {link.label}",
        role=Role.PARTNER,
        company_ids=frozenset({link.company_id}),
        shows_amounts=link.shows_amounts,
    )


def viewer_for_user(user: Any) -> Viewer:
    """The viewer behind a signed-in person: a superuser is an integration admin, others by their group."""
    role: Role | None = None
    if user.is_superuser:
        role = Role.INTEGRATION_ADMIN
    elif user.is_active:
        names = set(user.groups.values_list("name", flat=True))
        role = next((role for role in Role if role.value in names), None)
    if role == Role.PARTNER:
        return _viewer_for_partner(user)
    return Viewer(
        label=user.get_username(),
        role=role,
        company_ids=None if role in EVERY_COMPANY else frozenset(),
    )


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer behind a page's signed-in person, looked up once a request: a menu alone asks twenty times."""
    viewer: Viewer | None = getattr(request, "portal_viewer", None)
    if viewer is None:
        viewer = viewer_for_user(request.user)
        request.portal_viewer = viewer  # type: ignore[attr-defined]
    return viewer


def _viewer_for_partner(user: Any) -> Viewer:
    """With exactly the companies that an integration admin gave; two queries."""
    from apps.access.models import PartnerAccess

    access = PartnerAccess.objects.filter(user=user).first()
    companies = access.companies.values_list("pk", flat=True) if access else ()
    return Viewer(
        label=user.get_username(),
        role=Role.PARTNER,
        company_ids=frozenset(companies),
        shows_amounts=access is not None and access.shows_amounts,
    )
