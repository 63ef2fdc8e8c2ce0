"""Who looks at a page of the admin."""

from django.http import HttpRequest

from apps.access.viewer import Viewer, viewer_for_user


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer behind the signed-in person, looked up once a request: the menu alone asks twenty times."""
    viewer: Viewer | None = getattr(request, "portal_viewer", None)
    if viewer is None:
        viewer = viewer_for_user(request.user)
        request.portal_viewer = viewer  # type: ignore[attr-defined]
    return viewer
