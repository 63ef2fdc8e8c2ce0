"""The environment of the tests, set before Django reads its settings (a pytest plugin, see pyproject.toml)."""

import os

os.environ.update(
    {
        "DEBUG": "on",
        "PORTAL_TESTING": "on",
        "SANDBOX_ENABLED": "on",
        "INTACCT_SENDER_PASSWORD": "",
        "QUEUE_NAME": f"tests-{os.getpid()}",
    }
)
