"""A conversation with the sandbox gateway."""

import pytest

from tests.sandbox.conversation import Conversation
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def gateway(sandbox: SandboxProcess) -> Conversation:
    """By login, at the top level of the company."""
    return Conversation(sandbox)
