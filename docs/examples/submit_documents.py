"""Submit documents to the portal, and follow each until it is posted or a person is needed.

    PORTAL_URL=https://portal.example PORTAL_KEY=prefix.secret python submit_documents.py documents.json

The file holds a list of documents. Needs the package `requests`. Exits with 1 unless all are posted.
"""

import datetime
import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import requests

POSTINGS = f"{os.environ.get('PORTAL_URL', 'http://127.0.0.1:8000')}/api/v1/postings/"
PAUSE = float(os.environ.get("PORTAL_PAUSE", "5"))
TRIES = 6
portal = requests.Session()
portal.headers["Authorization"] = f"Api-Key {os.environ['PORTAL_KEY']}"


def submit(document: dict[str, Any]) -> dict[str, Any] | None:
    """The posting; None if the portal says no. What was not answered, or not now, is sent again: it is safe."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(TRIES):
        try:
            answer = portal.post(POSTINGS, json=document, headers=headers, timeout=60)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(PAUSE)
            continue
        if answer.status_code in (429, 503):
            time.sleep(float(answer.headers.get("Retry-After", PAUSE)))
            continue
        if answer.ok:
            return dict(answer.json())
        if answer.status_code == 409:
            print(f"{document['number']} was submitted before, with other content.")
        problem = answer.json()
        print(f"{document['number']}: {problem['detail']} {problem.get('next_step', '')}")
        for flaw in problem["errors"]:
            print(f"    {flaw['pointer']}: {flaw['detail']}")
        return None
    print(f"{document['number']}: the portal did not take it, {TRIES} times.")
    return None


def follow(waiting: set[str], since: datetime.datetime) -> bool:
    """Whether all of these postings end up posted. Asks only for what has changed."""
    all_posted = True
    while waiting:
        # A little back: what another transaction wrote at the same time is found too.
        asked = {"updated_after": (since - datetime.timedelta(seconds=10)).isoformat(), "page_size": "500"}
        page = portal.get(POSTINGS, params=asked, timeout=60)
        while True:
            page.raise_for_status()
            for posting in page.json()["results"]:
                since = max(since, datetime.datetime.fromisoformat(posting["updated_at"]))
                if posting["id"] in waiting and posting["state"] in ("posted", "error", "cancelled"):
                    waiting.remove(posting["id"])
                    all_posted &= posting["state"] == "posted"
                    print(f"{posting['number']}: {posting['state']}")
                    if posting["problem"]:
                        print(f"    {posting['problem']['detail']} {posting['problem']['next_step']}")
            if page.json()["next"] is None:
                break
            page = portal.get(page.json()["next"], timeout=60)
        if waiting:
            time.sleep(PAUSE)
    return all_posted


def main(path: str) -> int:
    documents = json.loads(Path(path).read_text(encoding="utf-8"))
    taken = [posting for posting in map(submit, documents) if posting is not None]
    if not taken:
        return 1
    since = min(datetime.datetime.fromisoformat(posting["created_at"]) for posting in taken)
    all_posted = follow({posting["id"] for posting in taken}, since)
    return 0 if all_posted and len(taken) == len(documents) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
