"""How the ways to sign in are described in the OpenAPI document."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from apps.access.authentication import SCHEME


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = "apps.access.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`{SCHEME} <prefix.secret>`, as shown once when the client was made.",
        }


class PortalSessionScheme(SessionScheme):
    target_class = "apps.access.authentication.PortalSessionAuthentication"
    name = "signedInAdmin"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = "The session of somebody who is signed in to the admin: a browser sends it by itself."
        return {**super().get_security_definition(auto_schema), "description": told}
