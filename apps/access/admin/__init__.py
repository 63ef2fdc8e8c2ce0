from apps.access.admin.api_client import ApiClientAdmin
from apps.access.admin.shared_link import SharedLinkAdmin

__all__ = ["ApiClientAdmin", "SharedLinkAdmin"]
