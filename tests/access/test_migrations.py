"""A client and its key became two rows: what existed goes on working, forwards and backwards."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.models import ApiClient, ApiKey
from apps.organisation.models import Company
from tests.factories.organisation import CompanyFactory

BEFORE = ("access", "0001_initial")


def migrate_back() -> Any:
    """To one client with one key; gives the client's model as it was."""
    MigrationExecutor(connection).migrate([BEFORE])
    return MigrationExecutor(connection).loader.project_state([BEFORE]).apps.get_model("access", "ApiClient")


def migrate_all() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def old_client(transactional_db: None) -> Iterator[Any]:
    """The model as it was, in a database as it was."""
    yield migrate_back()
    migrate_all()


def test_a_client_made_before_keeps_its_key_and_all_it_had(old_client: Any) -> None:
    company: Company = CompanyFactory()
    text, prefix, hashed = ApiKey.objects.key_generator.generate()
    expires = timezone.now() + datetime.timedelta(days=30)
    made = old_client.objects.create(
        id=f"{prefix}.{hashed}", prefix=prefix, hashed_key=hashed, name="Albany ERP", expiry_date=expires
    )
    made.companies.set([company.pk])

    migrate_all()

    kept = ApiClient.objects.get()
    (key,) = kept.keys.all()
    assert (kept.reference, kept.name, kept.expiry_date, kept.created) == (
        made.reference, "Albany ERP", expires, made.created
    )  # fmt: skip
    assert (key.prefix, key.expiry_date, key.created) == (prefix, None, made.created)
    rest = APIClient(HTTP_AUTHORIZATION=f"Api-Key {text}")
    assert [one["id"] for one in rest.get("/api/v1/companies/").json()["results"]] == ["100"]

    back = migrate_back().objects.get()
    assert (back.pk, back.reference, back.expiry_date) == (made.pk, made.reference, expires)
    assert list(back.companies.values_list("code", flat=True)) == ["100"]
