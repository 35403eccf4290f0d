"""Hands a mail over by SMTP: verified TLS, time-outs, two ways to fail. No error quotes the server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from gateway.mailserver import MailServer, Security

TIMEOUT_SECONDS = 30
_PERMANENT = 500


class NotNow(Exception):
    """The mail could not be handed over; it may be tried again. The text says why, without an address."""


class Refused(Exception):
    """The mail server will not take this mail, now or later. The text says why, without an address."""


def hand_over(server: MailServer, message: EmailMessage, recipient: str) -> None:
    """Hand a mail over. Raises NotNow or Refused."""
    with _in_words(), _signed_in(server) as smtp:
        smtp.send_message(message, server.sender, [recipient])


def try_out(server: MailServer) -> None:
    """Sign in and do nothing. Raises NotNow or Refused."""
    with _in_words(), _signed_in(server) as smtp:
        smtp.noop()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _judged("the recipient", min(code for code, _ in error.recipients.values())) from None
    except smtplib.SMTPDataError as error:
        raise _judged("the mail", error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused("the mail server cannot write to this kind of address") from None
    except smtplib.SMTPAuthenticationError as error:
        raise NotNow(f"the mail server refused our user or password ({error.smtp_code})") from None
    except smtplib.SMTPSenderRefused as error:
        raise NotNow(f"the mail server refused our own address ({error.smtp_code})") from None
    except ssl.SSLCertVerificationError:
        raise NotNow("the certificate of the mail server could not be verified") from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(f"the mail server could not be reached or broke off ({type(error).__name__})") from None


@contextmanager
def _signed_in(server: MailServer) -> Iterator[smtplib.SMTP]:
    smtp = _connect(server)
    try:
        _begin(smtp, server)
        yield smtp
    finally:
        # A mail that was taken stays taken, however the server says goodbye.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _connect(server: MailServer) -> smtplib.SMTP:
    # Our domain is what we say we are: the machine's own name is nobody's business.
    if server.security is Security.TLS:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=server.domain,
            timeout=TIMEOUT_SECONDS,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=server.domain, timeout=TIMEOUT_SECONDS)


def _begin(smtp: smtplib.SMTP, server: MailServer) -> None:
    try:
        if server.security is Security.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError:
        raise NotNow("the mail server offers no STARTTLS") from None
    try:
        if server.user:
            smtp.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError:
        raise NotNow("the mail server offers no way to sign in that we know") from None


def _judged(what: str, code: int) -> NotNow | Refused:
    if code >= _PERMANENT:
        return Refused(f"the mail server refused {what} for good ({code})")
    return NotNow(f"the mail server refused {what} for now ({code})")
