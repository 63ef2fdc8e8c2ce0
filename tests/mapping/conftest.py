"""What the tests of mapping share."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.access.roles import Role
from apps.mapping.services.object_mapping import ensure_object_mappings


@pytest.fixture(autouse=True)
def delivered(db: None) -> None:
    ensure_object_mappings()


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client
