"""A mail server on loopback: keeps what arrives, and answers as told; it can be away, and come back."""

import email
import email.policy
import socket
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

Answers = list[str]


@dataclass
class Arrived:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass
class MailServer:
    """`rcpt` and `data`: answers instead of taking the recipient or the mail, each used once.

    `password`: what it wants signed in with; it tells whoever has another one what he sent.
    """

    arrived: list[Arrived] = field(default_factory=list)
    rcpt: Answers = field(default_factory=list)
    data: Answers = field(default_factory=list)
    password: str = ""

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        more: dict[str, Any] = {}
        if self.password:
            more = {"authenticator": self._authenticate, "auth_require_tls": False}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **more)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop(no_assert=True)

    def subjects(self) -> list[str]:
        return [one.subject for one in self.arrived]

    async def handle_RCPT(  # noqa: N802  the library's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self.data.pop(0)
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(Arrived(str(envelope.mail_from), [str(one) for one in envelope.rcpt_tos], message))
        return "250 OK"

    def _authenticate(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        sent = data.password.decode()
        return AuthResult(success=sent == self.password, handled=False, message=f"535 no such password: {sent}")
