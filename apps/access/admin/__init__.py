from apps.access.admin.api_client import ApiClientAdmin

__all__ = ["ApiClientAdmin"]
