"""What every REST resource shares: strict JSON, strict serializers; and the pages of a list, from their own file."""

import codecs
import json
import re
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser

from apps.foundation.pages import PortalCursorPagination as PortalCursorPagination

DEEPEST_NESTING = 20
_MAYBE_NONE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "body_too_large"
    default_detail = "The request's body is larger than 10 MB."


class _DuplicateKey(ValueError):
    pass


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKey(key)
            seen.add(key)
    return result


class _NoCharacter(ValueError):
    pass


def _unique_sound_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for key, _ in pairs:
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in key):
            raise _NoCharacter
    return _unique_keys(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON.")


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no key twice; numbers are exact, never floats."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        """Raises `ParseError` (400) in plain words, or `BodyTooLarge` (413)."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge
        try:
            text = codecs.decode(body, "utf-8")
            # Values are looked at where it is known what they should be; a key is put into words as it is.
            keys = _unique_sound_keys if _MAYBE_NONE.search(text) else _unique_keys
            return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=keys)
        except _NoCharacter:
            words = "A key has what is no character: U+0000, or a surrogate without its other half."
            raise exceptions.ParseError(words, code="malformed_json") from None
        except _DuplicateKey as error:
            raise exceptions.ParseError(f"The key {error} stands twice in one object.", code="duplicate_key") from None
        except UnicodeDecodeError as error:
            raise exceptions.ParseError(f"The body is not UTF-8 (byte {error.start}).", code="not_utf8") from None
        except RecursionError:
            raise exceptions.ParseError("The JSON is nested too deeply.", code="malformed_json") from None
        except ValueError as error:
            raise exceptions.ParseError(f"The body is not JSON: {error}", code="malformed_json") from None


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not declare (`unknown_field`), in place, with all other flaws."""

    default_error_messages = {"invalid": "An object is expected here, with the fields of the documentation."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            return super().to_internal_value(data)
        unknown = [key for key in data if key not in self.fields]
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                error.detail.update(self._unknown(unknown))
            raise
        if unknown:
            raise serializers.ValidationError(self._unknown(unknown))
        return value

    def _unknown(self, names: list[str]) -> dict[str, Any]:
        known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
        return {
            str(name): [
                exceptions.ErrorDetail(f"This field is not known here. Known are: {known}.", code="unknown_field")
            ]
            for name in names
        }
