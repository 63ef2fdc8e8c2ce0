from apps.access.models.api_client import ApiClient
from apps.access.models.api_key import ApiKey

__all__ = ["ApiClient", "ApiKey"]
