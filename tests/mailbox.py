"""A real SMTP server on a free port, which keeps what it is handed and refuses when it is told to."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword


@dataclass
class Mailbox:
    """What arrived; `refusals` are answers that are given instead, one for each next recipient."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    goodbye: str = "221 Bye"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails as a mail program reads them."""
        return [message_from_bytes(each.content or b"", policy=policy.default) for each in self.envelopes]

    def url(self, **parts: str) -> str:
        """The setting that leads here."""
        query = "&".join(
            f"{name}={value}" for name, value in {"from": "refer@example.org", "tls": "off", **parts}.items()
        )
        return f"smtp://127.0.0.1:{self.port}?{query}"


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.mailbox.greetings.append(hostname)
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.mailbox.refusals:
            return self.mailbox.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.mailbox.envelopes.append(envelope)
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return self.mailbox.goodbye


class _Authenticator:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.mailbox.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss/word", handled=False)


@contextmanager
def open_mailbox(
    port: int = 0, *, context: ssl.SSLContext | None = None, smtps: bool = False, **options: Any
) -> Iterator[Mailbox]:
    """Serve SMTP while a test runs."""
    mailbox = Mailbox()
    if context and not smtps:
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(
        _Handler(mailbox),
        hostname="127.0.0.1",
        port=port or _free_port(),
        ssl_context=context if smtps else None,
        authenticator=_Authenticator(mailbox),
        **options,
    )
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
