"""The address of the mail server: what it says, and what is refused with words that quote nothing."""

import pytest

from gateway.mailserver import MailServer, Security, read

SENDER = "refer@example.org"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("off", None),
        (f"smtp://mail.example.org?from={SENDER}", MailServer("mail.example.org", 587, Security.STARTTLS, SENDER)),
        (f"smtps://mail.example.org/?from={SENDER}", MailServer("mail.example.org", 465, Security.TLS, SENDER)),
        (f"smtp://localhost?tls=off&from={SENDER}", MailServer("localhost", 25, Security.OFF, SENDER)),
        (
            f"smtp://ann%40example.org:p%40ss%2Fword@mail.example.org:2525?from={SENDER}",
            MailServer("mail.example.org", 2525, Security.STARTTLS, SENDER, "ann@example.org", "p@ss/word"),
        ),
        (
            "smtp://mail.example.org?from=refer@bücher.example",
            MailServer("mail.example.org", 587, Security.STARTTLS, "refer@xn--bcher-kva.example"),
        ),
    ],
)
def test_an_address_is_read(url: str, expected: MailServer | None) -> None:
    assert read(url) == expected


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("", "give smtp://"),
        ("canary", "give smtp://"),
        ("https://canary.example.org?from=refer@example.org", "give smtp://"),
        ("smtp://?from=refer@example.org", "give smtp://"),
        ("smtp://canary:99999999?from=refer@example.org", "give smtp://"),
        ("smtp://mail.example.org/canary?from=refer@example.org", "give smtp://"),
        ("smtp://mail.example.org", "add the address"),
        ("smtp://mail.example.org?from=canary", "no email address"),
        ("smtp://mail.example.org?from=can%0D%0Aary@example.org", "no email address"),
        ("smtp://mail.example.org?from=canarÿ@example.org", "plain letters"),
        ("smtp://mail.example.org?from=refer@example.org&tls=canary", "tls=off"),
        ("smtps://mail.example.org?from=refer@example.org&tls=off", "tls=off"),
        ("smtp://mail.example.org?from=refer@example.org&canary=1", "alone"),
        ("smtp://u:canary@localhost?from=refer@example.org&tls=off", "without TLS"),
    ],
)
def test_what_cannot_work_is_refused_with_a_remedy_and_without_its_value(url: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy) as refused:
        read(url)

    assert "canar" not in str(refused.value)


def test_the_password_is_not_shown() -> None:
    assert "canary" not in repr(read("smtp://u:canary@mail.example.org?from=refer@example.org"))
