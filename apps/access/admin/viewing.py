"""Who looks at a page of the admin."""

from apps.access.viewer import viewer_of

__all__ = ["viewer_of"]
