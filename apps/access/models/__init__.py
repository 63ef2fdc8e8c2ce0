from apps.access.models.api_client import ApiClient
from apps.access.models.api_key import ApiKey
from apps.access.models.partner_access import PartnerAccess
from apps.access.models.shared_link import LinkState, SharedLink

__all__ = ["ApiClient", "ApiKey", "LinkState", "PartnerAccess", "SharedLink"]
