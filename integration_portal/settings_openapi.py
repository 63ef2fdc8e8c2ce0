"""What the OpenAPI document says of the API as a whole; each operation is said by its view."""

from typing import Any

OPENAPI: dict[str, Any] = {
    "TITLE": "Integration portal",
    "DESCRIPTION": (
        "Submit accounting documents to Sage Intacct: each exactly once.\n\n"
        "*Sign in* with an API key: press *Authorize* and write `Api-Key <prefix.secret>`, the scheme included.\n\n"
        "*Amounts* are strings. *Texts* in requests have a format: `plain-text` has no control characters and only "
        "characters of Unicode's basic plane; `plain-lines` may have line feeds and tabs too. Blanks around them are "
        "cut off. Fields that are not named here are refused; answers may get more in time.\n\n"
        "*Refusals* are problem documents (RFC 9457); `docs/api.md` lists their codes."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["apps.foundation.openapi.name_ids"],
    "COMPONENT_SPLIT_REQUEST": True,
    "TAGS": [
        {"name": "postings", "description": "Accounting documents, from their submission to the ledger."},
        {"name": "items", "description": "Items: yours, kept by your ID, and sent to Sage Intacct."},
        {"name": "customers", "description": "Customers, likewise."},
        {"name": "suppliers", "description": "Suppliers, likewise."},
        {"name": "synchronisations", "description": "Reading from Sage Intacct, and sending all of a kind there."},
        {"name": "status", "description": "Where everything stands."},
        {"name": "companies", "description": "Companies, each with the legislation and the currency of its books."},
        {"name": "sites", "description": "Sites of the companies; a financial site keeps books."},
        {"name": "accounts", "description": "Accounts, as Sage Intacct has them."},
        {"name": "journals", "description": "Journals, as Sage Intacct has them."},
        {"name": "payment-terms", "description": "Payment terms, as Sage Intacct has them."},
        {"name": "tax-details", "description": "Tax details, as Sage Intacct has them."},
        {"name": "attributes", "description": "Projects, employees and tasks, as Sage Intacct has them."},
        {"name": "dimensions", "description": "Values of dimensions, as Sage Intacct has them."},
        {"name": "dimension-types", "description": "Which dimensions there are."},
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "SynchronisationState": "apps.synchronisation.models.RunState",
        "SynchronisationMode": "apps.synchronisation.models.RunMode",
        "PostingState": "apps.delivery.states.State",
        "ProblemKind": "apps.delivery.problems.ProblemKind",
        "ConnectionFlow": "apps.delivery.models.connection_health.Flow",
        "ConnectionTestResult": "apps.configuration.models.ConnectionTestResult",
        "AccountSource": "apps.postings.services.account_determination.Source",
        "DueFrom": "apps.masterdata.models.DueFrom",
        "DiscountUnit": "apps.masterdata.models.DiscountUnit",
    },
}
