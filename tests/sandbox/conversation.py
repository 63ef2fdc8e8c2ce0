"""Talking to the sandbox gateway over real HTTP, with nothing of the project's client in between."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import requests
from lxml import etree

from tests.sandbox_process import SandboxProcess

_numbers = itertools.count(1)
SENDER = {"senderid": "XT_mfg", "password": "sandbox"}
USER = {"userid": "xml_gateway", "companyid": "SANDBOX", "password": "sandbox"}
ROLLED_BACK = "XL03000009"


def tags(fields: Mapping[str, Any]) -> str:
    """Fields as elements; a mapping nests, a list repeats."""
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            inner = tags(one) if isinstance(one, Mapping) else escape(str(one))
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)


def create(object_name: str, fields: Mapping[str, Any]) -> str:
    """With the display contact that a customer or vendor must have, where a test does not care about it."""
    if object_name in ("CUSTOMER", "VENDOR") and "DISPLAYCONTACT" not in fields:
        fields = {**fields, "DISPLAYCONTACT": {"PRINTAS": fields.get("NAME", "")}}
    return f"<create><{object_name}>{tags(fields)}</{object_name}></create>"


def update(object_name: str, fields: Mapping[str, Any]) -> str:
    return f"<update><{object_name}>{tags(fields)}</{object_name}></update>"


def query(object_name: str, *select: str, condition: str = "", order: str = "", **more: Any) -> str:
    """A `query` that sees records of all entities, unless told otherwise."""
    options = more.pop("options", "<options><showprivate>true</showprivate></options>")
    fields = "".join(f"<field>{name}</field>" for name in select)
    where = f"<filter>{condition}</filter>" if condition else ""
    by = f"<orderby><order><field>{order}</field></order></orderby>" if order else ""
    return f"<query><object>{object_name}</object><select>{fields}</select>{where}{by}{options}{tags(more)}</query>"


def equal(field: str, value: str) -> str:
    return f"<equalto><field>{field}</field><value>{escape(value)}</value></equalto>"


@dataclass(frozen=True)
class Error:
    errorno: str
    text: str
    correction: str


class Answer:
    """An answer of the gateway, read plainly."""

    def __init__(self, http: requests.Response) -> None:
        self.http = http
        self.root = etree.fromstring(http.content)

    @property
    def control(self) -> str:
        return self.root.findtext("control/status") or ""

    @property
    def signed_in(self) -> str:
        return self.root.findtext("operation/authentication/status") or ""

    @property
    def results(self) -> list[etree._Element]:
        return self.root.findall("operation/result")

    @property
    def statuses(self) -> list[str]:
        return [result.findtext("status") or "" for result in self.results]

    @property
    def rows(self) -> list[etree._Element]:
        """The rows of the only function."""
        (result,) = self.results
        return list(result.find("data"))

    def values(self, field: str) -> list[str]:
        return [row.findtext(field) or "" for row in self.rows]

    def data(self, name: str) -> str:
        """An attribute of the only function's data."""
        (result,) = self.results
        return result.find("data").get(name) or ""

    @property
    def record_no(self) -> str:
        (result,) = self.results
        assert result.findtext("status") == "success", etree.tostring(result)
        return result.findtext("key") or result.findtext("data/*/RECORDNO") or ""

    def errors(self, index: int = 0) -> list[Error]:
        """Of a function; where none ran, of the request."""
        source = self.results[index] if self.results else self.root
        return [
            Error(
                one.findtext("errorno") or "",
                (one.findtext("description2") or "").partition(" [Support ID")[0],
                one.findtext("correction") or "",
            )
            for one in source.iter("error")
        ]


class Conversation:
    """Requests of one user to the sandbox; by login, or in the session that was opened."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.endpoint = sandbox.endpoint
        self.session = ""

    def open(self, entity: str | None = None, *, entity_of_login: str = "") -> "Conversation":
        """Another conversation, in a new session; None: without saying for which entity."""
        inside = (
            "<getAPISession/>" if entity is None else f"<getAPISession>{tags({'locationid': entity})}</getAPISession>"
        )
        answer = self.ask(inside, login={**USER, "locationid": entity_of_login} if entity_of_login else USER)
        opened = Conversation(self.sandbox)
        opened.endpoint = answer.root.findtext(".//api/endpoint") or ""
        opened.session = answer.root.findtext(".//api/sessionid") or ""
        assert opened.session, etree.tostring(answer.root)
        return opened

    def ask(self, *functions: str, **options: Any) -> Answer:
        """Send functions, each under a control ID of its own unless `ids` are given."""
        return Answer(self.send(self.document(*functions, **options)))

    def send(self, document: str, *, timeout: float = 30, **options: Any) -> requests.Response:
        headers = {"Content-Type": "application/xml"}
        return requests.post(self.endpoint, data=document.encode(), headers=headers, timeout=timeout, **options)

    def document(
        self,
        *functions: str,
        transaction: bool = False,
        unique: bool = True,
        control: Mapping[str, str] | None = None,
        login: Mapping[str, str] | None = None,
        ids: Sequence[str] = (),
    ) -> str:
        header = {
            **SENDER,
            "controlid": f"request-{next(_numbers)}",
            "uniqueid": str(unique).lower(),
            "dtdversion": "3.0",
            "showadditionalerrorinfo": "true",
            **(control or {}),
        }
        names = ids or [f"function-{next(_numbers)}" for _ in functions]
        wrapped = "".join(
            f"<function controlid={quoteattr(name)}>{function}</function>"
            for name, function in zip(names, functions, strict=True)
        )
        if self.session and login is None:
            identity = tags({"sessionid": self.session})
        else:
            identity = tags({"login": login or USER})
        return (
            f"<request><control>{tags(header)}</control>"
            f'<operation transaction="{str(transaction).lower()}"><authentication>{identity}</authentication>'
            f"<content>{wrapped}</content></operation></request>"
        )
