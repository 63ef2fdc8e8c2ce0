"""The receiver of docs/concepts/webhooks.md, as it stands there, takes what the portal sends."""

import re
import threading
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from apps.notifications.models import MessageState, WebhookMessage
from apps.notifications.services.messages import send_again
from apps.notifications.services.send import work_webhooks
from tests.factories.webhooks import webhook
from tests.notifications.conftest import Happens


@pytest.mark.django_db
def test_the_receiver_of_the_docs_works(
    happens: Happens, request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    page = (request.config.rootpath / "docs" / "concepts" / "webhooks.md").read_text()
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    monkeypatch.setenv("WEBHOOK_SECRET", "")
    example: dict[str, Any] = {"__name__": "receiver"}
    exec(found[1], example)  # noqa: S102  our own docs
    example["Receiver"].log_message = lambda *_: None
    with ThreadingHTTPServer(("127.0.0.1", 0), example["Receiver"]) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        example["SECRET"] = webhook(f"http://127.0.0.1:{server.server_port}/").secret
        pk = happens()
        work_webhooks()
        send_again(message=WebhookMessage.objects.get(), actor="test")
        work_webhooks()
        assert [(one["type"], one["data"]["id"]) for one in example["to_do"]] == [("posting.cancelled", pk)]
        assert WebhookMessage.objects.get().state == MessageState.DELIVERED
        example["SECRET"] = webhook(name="another").secret
        send_again(message=WebhookMessage.objects.get(subject_id=pk, endpoint__name="an ERP"), actor="test")
        work_webhooks()
        assert WebhookMessage.objects.get(endpoint__name="an ERP").attempts.first().status_code == 401
        server.shutdown()
