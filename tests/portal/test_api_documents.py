"""The API's documentation: a valid OpenAPI 3.1, a page that works offline, and a docs/api.md that knows each code."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from apps.foundation.errors import PortalError
from apps.postings.api.document_serializer import LineSerializer

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


def test_its_page_loads_nothing_from_elsewhere(db: None, client: Client) -> None:
    answer = client.get("/api/docs/")

    assert answer.status_code == 200
    assert not re.findall(rb"(?:src|href)=[\"']?(?:https?:)?//", answer.content)


def test_an_unknown_address_is_a_problem_document(db: None, client: Client) -> None:
    answer = client.get("/api/v1/coffee/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
