from apps.configuration.models.asynchronous_request import AsynchronousRequest, RequestState
from apps.configuration.models.country_default import CountryDefault
from apps.configuration.models.intacct_configuration import (
    AuditTrailState,
    ConnectionTestResult,
    IntacctConfiguration,
    IntegrationLevel,
    MarkerMode,
    secret_fields,
)
from apps.configuration.models.set_up_confirmation import SetUpConfirmation

__all__ = [
    "AsynchronousRequest",
    "AuditTrailState",
    "ConnectionTestResult",
    "CountryDefault",
    "IntacctConfiguration",
    "IntegrationLevel",
    "MarkerMode",
    "RequestState",
    "SetUpConfirmation",
    "secret_fields",
]
