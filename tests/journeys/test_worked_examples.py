"""docs/accounting.md: each document there is posted, and what the page says of it is what happens.

`RECORD_EXAMPLES=on make test ARGS=tests/journeys/test_worked_examples.py` writes the recorded parts of the page anew;
read the difference before it is committed.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from lxml import etree

from apps.access.roles import Role
from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.delivery.services.drain import drain
from apps.delivery.states import State
from apps.mapping.models import Direction, ObjectMapping
from apps.postings.api.reading import read_document
from apps.postings.models import Posting
from apps.postings.services.preview import PreviewDocument, preview
from apps.postings.services.submit import submit
from apps.synchronisation.services.inbound import synchronise
from integration_portal.demo.company import load_company
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accounting.md"
EXAMPLE = re.compile(
    r"^### (?P<title>[^\n]+)\n(?:(?!###? )[^\n]*\n)*?(?P<fence>```json(?P<options>[^\n]*)\n(?P<body>.*?)\n```\n)"
    r"\n<!-- recorded -->\n(?P<recorded>.*?)<!-- end -->$",
    re.DOTALL | re.MULTILINE,
)
NEEDED = ("GLACCOUNT", "GLJOURNAL", "TAXDETAIL")
VOLATILE = {"RECORDNO", "RECORD_URL", "WHENMODIFIED", "RECORDKEY", "BATCHNO", "DMO_POSTING_KEY", "MODULEKEY", "MODULE"}


OF_THE_HEADER = {"BATCH_DATE", "BATCHTITLE"}
"""What Intacct repeats on each line."""


@dataclass(frozen=True)
class Example:
    title: str
    body: dict[str, Any]
    instead: str
    """The adjustment that a credit note becomes in this example; empty: as delivered."""
    recorded: str


def examples() -> list[Example]:
    text = PAGE.read_text(encoding="utf-8")
    return [
        Example(one["title"], json.loads(one["body"]), one["options"].strip(), one["recorded"])
        for one in EXAMPLE.finditer(text)
    ]


@pytest.fixture
def demo_company(db: None, sandbox: SandboxProcess) -> IntacctConfiguration:
    """The demo company, with accounts, journals and tax details read from the sandbox."""
    call_command("load_delivered_data", verbosity=0)
    load_company(endpoint=sandbox.endpoint)
    connection = active_configuration()
    for wanted in NEEDED:
        synchronise(connection=connection, wanted=wanted, started_by="test")
    return connection


def test_the_page_says_what_happens(
    demo_company: IntacctConfiguration, sandbox: SandboxProcess, subtests: pytest.Subtests
) -> None:
    found = examples()
    assert len(found) == PAGE.read_text(encoding="utf-8").count("<!-- recorded -->")
    for example in found:
        with subtests.test(example.title):
            happened = _posted(example, demo_company, sandbox)
            if os.environ.get("RECORD_EXAMPLES"):
                _record(example, happened)
            else:
                assert happened == example.recorded


def _posted(example: Example, connection: IntacctConfiguration, sandbox: SandboxProcess) -> str:
    """Preview, submit and post an example; what its page should say of it."""
    adjustments = ObjectMapping.objects.filter(object_name=example.instead)
    adjustments.update(direction=Direction.OUTBOUND)
    viewer = Viewer(label="test", role=Role.INTEGRATION_ADMIN, company_ids=None, client_id="test")
    document = read_document(example.body)

    seen = preview(document=document, viewer=viewer)
    submission = submit(document=document, viewer=viewer)
    drain(connection=connection, budget_seconds=PATIENCE)

    adjustments.update(direction=Direction.NOT_SENT)
    posting = Posting.objects.with_state().get(pk=submission.posting_id)
    parts = list(posting.documents.select_related("delivery").order_by("id"))
    assert posting.state == State.POSTED, [one.delivery.problem for one in parts]
    numbers = [one.delivery.record_no for one in parts]
    shown = [_part(one, number, sandbox) for one, number in zip(seen.documents, numbers, strict=True)]
    return "\n".join(shown) + "\n"


def _record(example: Example, happened: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    at = text.index(f"### {example.title}\n")
    start = text.index("<!-- recorded -->\n", at) + len("<!-- recorded -->\n")
    PAGE.write_text(text[:start] + happened + text[text.index("<!-- end -->", start) :], encoding="utf-8")


def _part(one: PreviewDocument, record_no: str, sandbox: SandboxProcess) -> str:
    """One Intacct document of an example: accounting lines, XML, what the sandbox holds."""
    element = etree.fromstring(one.xml)
    etree.indent(element)
    (header,) = (record for record in sandbox.objects(one.object_name) if str(record["RECORDNO"]) == record_no)
    lines = [line for value in header.values() if isinstance(value, list) for line in value]
    own = {name: value for name, value in header.items() if not isinstance(value, list)}
    held = [own, *({name: value for name, value in line.items() if name not in OF_THE_HEADER} for line in lines)]
    return "\n".join(
        [
            f"\n**{one.object_name}**, its accounting lines:\n",
            *_table(one),
            "\n<details><summary>The XML</summary>\n",
            "```xml",
            etree.tostring(element, encoding="unicode"),
            "```",
            "\n</details>\n\n<details><summary>What the sandbox holds</summary>\n",
            "```text",
            *(_fields(record) for record in held),
            "```",
            "\n</details>",
        ]
    )


def _table(one: PreviewDocument) -> list[str]:
    contra = any(line.contra_account for line in one.lines)
    head = ["account", *(["contra account"] if contra else []), "debit", "credit", ""]
    rows = [
        [
            line.account or "–",
            *([line.contra_account or "–"] if contra else []),
            f"{line.amount}" if line.side == "debit" else "",
            f"{line.amount}" if line.side == "credit" else "",
            line.description,
        ]
        for line in one.lines
    ]
    marks = ["---:" if name in ("debit", "credit") else "---" for name in head]
    return [f"| {' | '.join(row)} |" for row in [head, marks, *rows]]


def _fields(record: dict[str, Any]) -> str:
    shown = {name: value for name, value in record.items() if name not in VOLATILE and value not in ("", [])}
    return " ".join(f"{name}={_value(value)}" for name, value in shown.items())


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(f"{one['DETAILID']} {one['TRX_TAX']}" for one in value) + "]"
    text = str(value)
    return f'"{text}"' if " " in text else text
