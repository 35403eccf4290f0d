"""Where mail is handed over, read from GATEWAY_SMTP_URL: smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

OFF = "off"
_SHAPE = "give smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, smtps://… in the same shape, or the word off"


class Security(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"  # asked for before anything else is said; without it nothing is handed over
    TLS = "tls"  # from the first byte
    OFF = "off"  # for a server on the same machine alone


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.OFF: 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and the address that our mails come from."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """The domain of our address: all that a mail says of where it was made."""
        return self.sender.rpartition("@")[2]


def read(url: str) -> MailServer | None:
    """Read the address of a mail server; `off` is none. Raises ValueError, which quotes nothing."""
    if url == OFF:
        return None
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError(_SHAPE) from None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(_SHAPE)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    security = Security.TLS if parts.scheme == "smtps" else Security.STARTTLS
    if query.get("tls") == "off" and parts.scheme == "smtp":
        security = Security.OFF
    elif "tls" in query:
        raise ValueError("tls=off is all that `tls` can say, and in smtp:// alone")
    if unknown := set(query) - {"from", "tls"}:
        raise ValueError(f"behind the ? stand from= and tls= alone, not {len(unknown)} other")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if security is Security.OFF and user:
        raise ValueError("a password is not sent without TLS: take tls=off away, or user and password")
    return MailServer(host, port or _PORTS[security], security, _sender(query.get("from", "")), user, password)


def _sender(address: str) -> str:
    if not address:
        raise ValueError("add the address that mails come from, as in smtp://mail.example.org?from=refer@example.org")
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        raise ValueError("what stands behind from= is no email address") from None
    if found.ascii_email is None:
        raise ValueError("the part of from= before the @ must be plain letters and digits")
    return found.ascii_email
