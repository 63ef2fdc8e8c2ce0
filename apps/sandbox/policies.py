"""Transport policies: a request is acknowledged at once and answered later, at the policy's address (protocol 2.5)."""

import base64
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from lxml import etree

from apps.sandbox.documents import Envelope, control_block, to_bytes

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 10
LOOPBACK = ("127.0.0.1", "localhost")


def acknowledgement(envelope: Envelope) -> etree._Element:
    """What the caller gets at once."""
    response = etree.Element("response")
    etree.SubElement(etree.SubElement(response, "acknowledgement"), "status").text = "success"
    response.append(control_block(envelope, "success"))
    return response


def answer_later(policy: dict[str, Any], work: Callable[[], etree._Element], *, milliseconds: int) -> None:
    """Do the work in the background and post its answer, once, as the real gateway's schedule is not public."""

    def run() -> None:
        time.sleep(milliseconds / 1000)
        try:
            _post(policy, to_bytes(work()))
        finally:
            connections.close_all()

    threading.Thread(target=run, daemon=True).start()


def _post(policy: dict[str, Any], body: bytes) -> None:
    url = str(policy["url"])
    if urlsplit(url).hostname not in LOOPBACK:
        logger.warning("the sandbox answers on this machine only, not at %s", urlsplit(url).hostname)
        return
    token = base64.b64encode(f"{policy.get('user', '')}:{policy.get('password', '')}".encode()).decode()
    headers = {"Content-Type": "text/xml; charset=UTF-8", "Authorization": f"Basic {token}"}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310  loopback only, see above
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310
            pass
    except (urllib.error.URLError, TimeoutError) as error:
        logger.warning("the asynchronous answer was not taken: %s", error)
