"""Mails: a subject that gives nothing away, text and HTML that say the same, headers that nobody can add to."""

import re
from email.message import EmailMessage
from html import unescape

import pytest

from gateway.languages import catalogue
from gateway.notices.composing import SUBJECTS, NoAddress, compose

from ..store.making import NOW

SAVED = {
    "organisation": "Riverside Carers", "phone": "01632 960123", "email": "help@riverside.example",
    "link": "https://refer.example.org/riverside/support/save/abc_DEF-123", "until": "29 November 2026",
}  # fmt: skip
RECEIPT = {
    "organisation": "Riverside Carers", "phone": "01632 960123", "email": "",
    "reference": "RG-7K3F-9Q2M", "sent_at": "22 November 2026 at 09:30",
}  # fmt: skip
MATTERS = [
    {
        "title": "12 referrals failed", "lines": ["RG-7K3F-9Q2M  failed", "RG-0000-0000  failed"], "more": 10,
        "to_do": ["Look at the reason.", "Then resend."],
        "commands": ["flask referrals list", "flask referrals settle <REFERENCE>"],
    },
    {"title": "The forms are closed", "lines": [], "more": 0, "to_do": ["Correct it."], "commands": []},
]  # fmt: skip
CONSOLE = "https://refer.example.org/staff/riverside/"
STAFF = {"organisation": "Riverside Carers", "count": 13, "matters": MATTERS, "console": CONSOLE}
LINK = {**SAVED, "link": "https://refer.example.org/staff/invitation/abc_DEF-123"}
WORDS = {
    "saved": SAVED,
    "receipt": RECEIPT,
    "invitation": LINK,
    "new_password": LINK,
    "alert": STAFF,
    "digest": STAFF,
    "well": STAFF,
}


def composed(
    kind: str = "saved", recipient: str = "alba@example.org", language: str = "en", **facts: object
) -> EmailMessage:
    words = {**WORDS[kind], **facts}
    return compose(
        kind,
        language=language,
        facts=words,
        sender="refer@example.org",
        recipient=recipient,
        message_id="a1b2",
        now=NOW,
    )


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("part", ["plain", "html"])
@pytest.mark.parametrize(
    ("kind", "facts"), [("saved", SAVED), ("receipt", RECEIPT), ("invitation", LINK), ("new_password", LINK)]
)
def test_both_parts_hold_every_fact(kind: str, facts: dict[str, str], part: str) -> None:
    text = body(composed(kind), part)

    assert all(word in text for word in facts.values())


@pytest.mark.parametrize("kind", SUBJECTS)
def test_both_parts_say_the_same(kind: str) -> None:
    plain = " ".join(body(composed(kind), "plain").split())
    html = re.sub(r".*<body[^>]*>", "", body(composed(kind), "html"), flags=re.DOTALL)

    assert " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()) == plain


@pytest.mark.parametrize("kind", SUBJECTS)
def test_subject_names_neither_organisation_nor_form(kind: str) -> None:
    assert not set(composed(kind)["Subject"].lower().split()) & {"riverside", "carers", "support", "form"}


@pytest.mark.parametrize("kind", SUBJECTS)
def test_the_html_loads_nothing(kind: str) -> None:
    assert not re.search(r"src=|@import|url\(|<link|<script|<img", body(composed(kind), "html"))


@pytest.mark.parametrize("part", ["plain", "html"])
@pytest.mark.parametrize("kind", ["alert", "digest"])
def test_staff_read_what_is_open_and_what_to_do(kind: str, part: str) -> None:
    text = unescape(body(composed(kind), part))

    for matter in MATTERS:
        words = (matter["title"], *matter["to_do"], *matter["lines"], *matter["commands"])  # type: ignore[misc]
        assert all(str(word) in text for word in words)
    assert CONSOLE in text
    assert text.count("and 10 more") == 1
    assert composed(kind)["Subject"].startswith("Referral gateway: 13 to look at")


def test_headers_say_who_to_answer_and_that_nobody_should(capsys: pytest.CaptureFixture[str]) -> None:
    mail = composed()

    assert mail["From"] == "refer@example.org"
    assert mail["To"] == "alba@example.org"
    assert mail["Reply-To"] == "help@riverside.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<a1b2@example.org>"
    assert mail["Date"].endswith("+0000")
    assert composed("receipt")["Reply-To"] is None


@pytest.mark.parametrize(
    "recipient",
    [
        "alba@example.org\r\nBcc: everybody@example.org", "alba@example.org, bruno@example.org", "alba", "",
        "<alba@example.org>", "alba@example.org\n", "a@b@example.org",
    ],
)  # fmt: skip
def test_no_second_recipient_and_no_header_can_be_smuggled_in(recipient: str) -> None:
    with pytest.raises(NoAddress):
        composed(recipient=recipient)


def test_line_breaks_in_a_fact_make_no_header() -> None:
    mail = composed(organisation="Riverside\r\nBcc: everybody@example.org")

    assert mail["Bcc"] is None
    assert len(mail.as_bytes().split(b"\r\n\r\nThank")) == 1


def test_html_shows_a_fact_as_text() -> None:
    assert "<b>" not in body(composed(organisation="<b>Riverside"), "html")


def test_a_domain_in_other_letters_is_written_as_mail_servers_know_it() -> None:
    assert composed(recipient="alba@bücher.example")["To"].addresses[0].domain == "xn--bcher-kva.example"


def test_a_mail_in_welsh_says_so() -> None:
    mail = composed(language="cy")

    assert mail["Content-Language"] == "cy"
    assert '<html lang="cy" dir="ltr">' in body(mail, "html")
    assert mail["Subject"] == catalogue("cy").gettext(SUBJECTS["saved"])


def test_a_language_that_the_gateway_does_not_speak_is_answered_in_english() -> None:
    assert composed(language="ar")["Content-Language"] == "en"
