"""The API's documentation: a valid OpenAPI 3.1, a page that works offline, and a docs/api.md that knows each code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from apps.foundation.errors import PortalError
from apps.postings.api.document_serializer import LineSerializer
from tests.portal.openapi_document import closed, document

ROOT = Path(__file__).resolve().parents[2]


def refusals(cls: type[PortalError] = PortalError) -> set[type[PortalError]]:
    """Every kind of refusal that the portal's own modules declare."""
    own = {one for one in cls.__subclasses__() if one.__module__.startswith(("apps.", "integration_portal."))}
    return own | {deeper for one in own for deeper in refusals(one)}


def test_every_refusal_is_documented() -> None:
    documented = set(re.findall(r"^\| `([a-z_]+)` \| (\d{3})", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE))
    made = {(one.code, str(one.http_status)) for one in refusals() if isinstance(one.code, str)}
    assert len(made) > 15
    assert made - documented == set()


@pytest.mark.parametrize("name", ["not_an_amount", "unknown_account", "unbalanced", "too_many_lines", "no_such_day"])
def test_the_places_where_a_document_can_be_wrong_are_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "api.md").read_text()


def test_every_field_of_a_line_is_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    undocumented = {name for name in LineSerializer().fields if f"`{name}`" not in text}
    assert undocumented <= {"account_type"}, "posting class definitions come with the journal entry types"


@pytest.mark.django_db
def test_the_openapi_document_is_valid_and_nothing_in_it_was_guessed(tmp_path: Path) -> None:
    target = tmp_path / "schema.yaml"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))

    assert target.read_text().startswith("openapi: 3.1")


def addresses() -> list[tuple[str, list[str]]]:
    """Every address of the document, with an ID in it where there is one, and its methods."""
    paths = document()["paths"].items()
    return [(path.replace("{id}", "100"), [method.upper() for method in known]) for path, known in paths]


def test_every_address_says_which_methods_it_knows(rest: APIClient) -> None:
    """OPTIONS of an address, and 405 for what it does not know."""
    for path, methods in addresses():
        assert set(methods) <= set(rest.options(path)["Allow"].split(", ")), path
        other = next(one for one in ("DELETE", "PUT", "POST", "GET") if one not in methods)
        refused = rest.generic(other, path)
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed"), path
        assert set(methods) <= set(refused["Allow"].split(", ")), path


def test_every_operation_documents_its_refusals_as_problems() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            assert {"401", "403", "406", "429", "503"} <= set(answers), (method, path)
            assert ("requestBody" in operation) == ("415" in answers), (method, path)
            assert ("{id}" in path) <= ("404" in answers), (method, path)
            for status, answer in answers.items():
                told = document()["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2], answer)
                assert status < "400" or list(told["content"]) == ["application/problem+json"], (method, path)


def test_its_examples_are_what_it_says() -> None:
    """Every example of a request or an answer keeps to its schema, with no field that the schema does not name."""
    told = closed(document())
    seen = 0
    for content in contents(told):
        for name, example in content.get("examples", {}).items():
            seen += 1
            schema = {**content["schema"], "components": told["components"]}
            found = list(Draft202012Validator(schema).iter_errors(example["value"]))
            assert not found, (name, found[0].json_path, found[0].message)
    assert seen > 30


def contents(part: Any) -> Iterator[dict[str, Any]]:
    """Every media type's description in the document."""
    if isinstance(part, dict):
        for kind in ("application/json", "application/problem+json"):
            if isinstance(part.get(kind), dict):
                yield part[kind]
        for inner in part.values():
            yield from contents(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from contents(inner)


def test_its_page_loads_nothing_from_elsewhere(db: None, client: Client) -> None:
    answer = client.get("/api/docs/")

    assert answer.status_code == 200
    assert not re.findall(rb"(?:src|href)=[\"']?(?:https?:)?//", answer.content)


def test_an_unknown_address_is_a_problem_document(db: None, client: Client) -> None:
    answer = client.get("/api/v1/coffee/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
