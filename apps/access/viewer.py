"""Who is looking: one small value that services and selectors take instead of a request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps.access.roles import EVERY_COMPANY, PERMITTED, SCOPE_OF, Action, Role, Scope

if TYPE_CHECKING:
    from apps.access.models import ApiClient


@dataclass(frozen=True)
class Viewer:
    """A person or a REST client, with role and companies (`company_ids` None: all of them).

    `scopes` narrow what the role may; None: not narrowed.
    """

    label: str
    role: Role | None
    company_ids: frozenset[int] | None = frozenset()
    client_id: str | None = None
    scopes: frozenset[Scope] | None = None

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


def viewer_for_user(user: Any) -> Viewer:
    """The viewer behind a signed-in person: a superuser is an integration admin, others by their group."""
    role: Role | None = None
    if user.is_superuser:
        role = Role.INTEGRATION_ADMIN
    elif user.is_active:
        names = set(user.groups.values_list("name", flat=True))
        role = next((role for role in Role if role.value in names), None)
    return Viewer(
        label=user.get_username(),
        role=role,
        company_ids=None if role in EVERY_COMPANY else frozenset(),
    )
