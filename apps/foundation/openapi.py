"""How every operation is described in the OpenAPI document: what is the same for all is said here, once."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from rest_framework import serializers

from apps.foundation.api import StrictSerializer
from apps.foundation.documented_refusals import REFUSALS, ProblemSchema, expected_refusals
from apps.foundation.problems import CONTENT_TYPE
from apps.foundation.rest_fields import PlainTextField

FILTER_WORDS = {
    "is_active": "Active ones only, or inactive ones only.",
    "entity": "Private to this Sage Intacct entity: its ID.",
    "type": "The code of its type.",
    "project": "Of this project: its ID.",
    "parent": "Directly below this one: its ID.",
    "ledger": "`ap`: of suppliers. `ar`: of customers.",
    "tax_type": "On sales, or on purchases.",
    "cursor": "Where the page begins: part of `next` and `previous`, never made by a client.",
    "page_size": "How many a page has.",
}
ID_WORDS = "Your own ID of it, or the portal's of postings and synchronisations."


class PlainTextSchema(OpenApiSerializerFieldExtension):
    """Which characters a text may have, for the requests; answers hold what was accepted.

    A format and not a pattern: as an expression it is long, and what is a character changes with Unicode.
    """

    target_class = PlainTextField

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        field: PlainTextField = self.target
        schema: dict[str, Any] = {"type": "string"}
        if field.max_length is not None:
            schema["maxLength"] = field.max_length
        if direction == "request":
            schema["format"] = "plain-lines" if field.multiline else "plain-text"
        return schema


class PortalSchema(AutoSchema):
    """An operation with all answers that it can give, requests that take no unknown field, and whole answers.

    A view says its own answers only: its successes, and a 409 where there is something to conflict with.
    """

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        expected = expected_refusals(
            has_body=self.method in ("POST", "PUT", "PATCH") and self.get_request_serializer() is not None,
            has_address="{" in self.path or self._is_list_view(),
            has_filters=self._is_list_view(),
            is_conditional=self.method in getattr(self.view, "conditional_methods", ()),
        )
        for status in expected:
            bodies.setdefault(str(status), self._refusal(status))
        return dict(sorted(bodies.items()))

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: Any = None, direction: Any = "response"
    ) -> Any:
        if status_code >= "400":
            media_types = [CONTENT_TYPE]
        return super()._get_response_for_code(serializer, status_code, media_types, direction)

    def _refusal(self, status: int) -> dict[str, Any]:
        refusal = REFUSALS[status]
        answer: dict[str, Any] = {
            "description": refusal.description,
            "content": {
                CONTENT_TYPE: {
                    "schema": self.resolve_serializer(ProblemSchema, "response").ref,
                    "examples": {refusal.code: {"value": refusal.example()}},
                }
            },
        }
        if refusal.headers:
            answer["headers"] = refusal.headers
        component = ResolvedComponent(refusal.name, ResolvedComponent.RESPONSE, answer, object=refusal.name)
        self.registry.register_on_missing(component)
        return component.ref

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return str(super().get_serializer_name(serializer, direction)).removesuffix("Schema")

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """What is declared for a serializer beside its fields: `left_out`, `null_in_answers`.

        An answer holds every field but those `left_out`; where `null_in_answers` is given, no other is null in it,
        though null is taken in a request.
        """
        serializer = force_instance(serializer)
        if direction == "response":
            _as_answered(serializer)
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        properties = schema.get("properties", {})
        if direction == "response":
            left_out = getattr(serializer, "left_out", ())
            schema["required"] = sorted(name for name in properties if name not in left_out)
        elif isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
            ignored = [name for name, field in serializer.fields.items() if field.read_only]
            for name in ignored:
                properties[name] = {"description": "As answered: it may be sent back, and is not looked at."}
            schema["required"] = [name for name in schema.get("required", ()) if name not in ignored]
            if not schema["required"]:
                del schema["required"]
        if not type(serializer).__doc__:
            schema.pop("description", None)  # its base class's words
        elif "description" in schema:
            # The first paragraph is for everybody, what follows it for who reads the code.
            schema["description"] = " ".join(schema["description"].partition("\n\n")[0].split())
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if direction == "request" and isinstance(field, serializers.DictField):
            schema["propertyNames"] = {"type": "string", "format": "plain-text"}
        return schema

    def _insert_field_validators(self, field: serializers.Field[Any, Any, Any, Any], schema: dict[str, Any]) -> None:
        if not isinstance(field, PlainTextField):
            super()._insert_field_validators(field, schema)

    def _resolve_path_parameters(self, variables: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "description": ID_WORDS,
                "schema": {"type": "string", "minLength": 1, "pattern": r"^[^/\u0000]+$"},
            }
            for name in variables
        ]

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        for one in parameters:
            if one["in"] != "query":
                continue
            one["description"] = FILTER_WORDS.get(one["name"]) or one.get("description", "")
            if one["schema"].get("type") == "string" and not {"enum", "format"} & set(one["schema"]):
                one["schema"] = {"type": "string", "pattern": r"\S"}
        return parameters


def _as_answered(serializer: Any) -> None:
    nullable = getattr(serializer, "null_in_answers", None)
    for name, one in serializer.fields.items():
        one.default = serializers.empty
        if nullable is not None and name not in nullable:
            one.allow_null = False
            if isinstance(one, serializers.DictField):
                one.child.allow_null = False


def name_ids(endpoints: list[tuple[str, str, str, Any]], **more: Any) -> list[tuple[str, str, str, Any]]:
    """A preprocessing hook: what is `id` in every answer is `{id}` in every address."""
    return [(path.replace("{code}", "{id}"), regex, method, view) for path, regex, method, view in endpoints]
