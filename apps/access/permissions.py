"""REST permissions: each view says which action each of its methods is; what it does not say is refused."""

from typing import Any

from rest_framework import permissions
from rest_framework.request import Request

from apps.access.roles import Action
from apps.access.viewer import Viewer


class MayDo(permissions.BasePermission):
    """The default for every view: `actions_by_method = {"GET": Action.SEE_POSTINGS, …}` against the viewer's role."""

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
        return request.user.may(Action(action))
