"""Handing mails over to a real server: with TLS or not at all, and each refusal for what it is."""

import socket
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.mailserver import read
from gateway.notices.handing import NotNow, Refused, hand_over

from ..certificates import certify
from ..mailbox import open_mailbox

ALBA = "alba@example.org"
LOGIN = "refer%40example.org:p%40ss%2Fword@"


def message(recipient: str = ALBA) -> EmailMessage:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = recipient, "Your reference number"
    mail.set_content("Hello")
    return mail


def hand(url: str, recipient: str = ALBA) -> None:
    server = read(url)
    assert server is not None
    hand_over(server, message(recipient), recipient)


def test_a_mail_arrives_and_the_server_learns_no_name_of_a_machine() -> None:
    with open_mailbox() as mailbox:
        hand(mailbox.url())

    (envelope,) = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("refer@example.org", [ALBA])
    assert mailbox.greetings == ["example.org"]
    assert socket.gethostname() not in (envelope.original_content or b"").decode()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_with_tls_and_a_login(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with open_mailbox(context=context, smtps=scheme == "smtps", auth_require_tls=scheme == "smtp") as mailbox:
        hand(f"{scheme}://{LOGIN}127.0.0.1:{mailbox.port}?from=refer@example.org")

    assert len(mailbox.mails) == 1
    assert mailbox.logins == [(b"refer@example.org", b"p@ss/word")]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_nothing_is_said_to_a_server_whose_certificate_nobody_vouches_for(scheme: str, tmp_path: Path) -> None:
    _, context = certify(tmp_path)
    with (
        open_mailbox(context=context, smtps=scheme == "smtps") as mailbox,
        pytest.raises(NotNow, match="could not be verified"),
    ):
        hand(f"{scheme}://{LOGIN}127.0.0.1:{mailbox.port}?from=refer@example.org")

    assert (mailbox.envelopes, mailbox.logins) == ([], [])


def test_nothing_is_said_to_a_server_without_tls() -> None:
    with open_mailbox() as mailbox, pytest.raises(NotNow, match="no STARTTLS"):
        hand(f"smtp://127.0.0.1:{mailbox.port}?from=refer@example.org")

    assert mailbox.envelopes == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 no such user alba@example.org", Refused),
        ("553 not here", Refused),
        ("450 mailbox busy alba@example.org", NotNow),
        ("452 full", NotNow),
    ],
)
def test_a_refused_recipient_is_refused_for_good_or_for_now(answer: str, error: type[Exception]) -> None:
    with open_mailbox() as mailbox:
        mailbox.refusals.append(answer)
        with pytest.raises(error) as refused:
            hand(mailbox.url())

    assert "alba" not in str(refused.value)
    assert answer[:3] in str(refused.value)


def test_a_wrong_password_is_ours_to_correct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with open_mailbox(context=context) as mailbox, pytest.raises(NotNow, match="our user or password"):
        hand(f"smtp://canary:canary@127.0.0.1:{mailbox.port}?from=refer@example.org")


def test_a_server_that_is_away_is_asked_again() -> None:
    with open_mailbox() as mailbox:
        url = mailbox.url()

    with pytest.raises(NotNow, match="could not be reached"):
        hand(url)


@pytest.mark.parametrize("knows", [True, False])
def test_an_address_in_other_letters_takes_a_server_that_knows_them(knows: bool) -> None:
    with open_mailbox(enable_SMTPUTF8=knows) as mailbox:
        if not knows:
            with pytest.raises(Refused, match="this kind of address"):
                hand(mailbox.url(), "βασίλης@example.org")
        else:
            hand(mailbox.url(), "βασίλης@example.org")

    assert len(mailbox.envelopes) == knows


def test_a_mail_that_was_taken_stays_taken_however_the_server_says_goodbye() -> None:
    with open_mailbox() as mailbox:
        mailbox.goodbye = "451 not yet"
        hand(mailbox.url())

    assert len(mailbox.envelopes) == 1


def test_a_server_that_lets_nobody_sign_in_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with (
        open_mailbox(context=context, smtps=True) as mailbox,  # it does not know that it speaks TLS
        pytest.raises(NotNow, match="no way to sign in"),
    ):
        hand(f"smtps://{LOGIN}127.0.0.1:{mailbox.port}?from=refer@example.org")
