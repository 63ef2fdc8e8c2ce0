"""REST permissions: each view says which action each of its methods is; what it does not say is refused."""

from typing import Any

from rest_framework import permissions
from rest_framework.request import Request

from apps.access.errors import ScopeMissing
from apps.access.roles import Action
from apps.access.viewer import Viewer


class MayDo(permissions.BasePermission):
    """The default for every view: `actions_by_method = {"GET": Action.SEE_POSTINGS, …}` against role and scopes.

    Raises `ScopeMissing` where the role may and the client's scopes don't say so.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Viewer):
            return False
        if request.method == "OPTIONS":
            return True
        method = "GET" if request.method == "HEAD" else request.method
        action = getattr(view, "actions_by_method", {}).get(method)
        # A method without action is either unknown to the view (405) or forgotten (refused).
        if action is None:
            return method not in view.allowed_methods
        missing = request.user.missing_scope(Action(action))
        if missing is not None:
            raise ScopeMissing(
                f"This client's key is limited, and the scope {missing.value} is not among its scopes.",
                next_step="Use another client, or have an integration admin add the scope to this one.",
            )
        return request.user.may(Action(action))
