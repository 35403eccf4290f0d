"""Mails from the page to the mailbox: real web, real worker, a real mail server."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.certificates import certify
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.test_canaries import everything_written
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import fill_in_support
from tests.mailbox import Mailbox, open_mailbox

ANSWER = "Purple teapot"
ALBA = "alba.canary@example.org"
Build = Callable[..., House]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with open_mailbox() as found:
        yield found


def begin(house: House, query: str = "") -> Visitor:
    visitor = Visitor(house.base).open(f"/riverside/support{query}")
    return visitor.submit({"first_name": "Alba", "surname": "Testperson"})


def save(visitor: Visitor, email: str = ALBA) -> Visitor:
    return visitor.submit(press="save").submit({"answer": ANSWER, "email": email})


def first(mailbox: Mailbox) -> EmailMessage:
    return wait_for(lambda: mailbox.mails, "a mail")[0]


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http\S+/save/\S+", text(mail))
    assert found is not None
    return found[0]


def waiting(house: House) -> list[tuple[str, bool]]:
    """How the chores of mails stand, and whether the mails still hold anything."""
    with closing(sqlite3.connect(house.folder / "gateway.db")) as store:
        return store.execute(
            "SELECT jobs.status, mails.sealed IS NOT NULL FROM jobs JOIN mails ON mails.id = jobs.item"
        ).fetchall()


def with_email(visitor: Visitor, *, safe: list[str] | None = None) -> Visitor:
    """Fill in "Ask for support" with an email address, up to the check page."""
    fill_in_support(visitor)
    page = next(address for words, address in visitor.page.links.items() if words.startswith(": Email"))
    visitor.open(page.partition("#")[0])
    return visitor.submit({"email": ALBA, **({"safe_contact": safe} if safe else {})})


def test_the_link_of_a_saved_form_comes_by_mail_and_brings_it_back(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web", "worker")
    visitor = save(begin(house))
    assert f"sending it to {ALBA}" in visitor.text

    mail = first(mailbox)

    assert mail["To"] == ALBA
    assert link_in(mail) in visitor.text
    assert "Riverside Carers" in text(mail)
    assert "01632 960123" in text(mail)
    assert not any(word in str(mail) for word in ("Ask for support", "Testperson", ANSWER))
    back = Visitor(house.base).open(link_in(mail)).submit({"answer": ANSWER})
    assert back.response.status_code == 200
    wait_for(lambda: waiting(house) == [("done", 0)], "the end of the mail")


def test_neither_address_nor_link_nor_answer_stands_anywhere_in_the_clear(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url(), GATEWAY_LOG_LEVEL="DEBUG").start("web")
    visitor = save(begin(house))
    found = re.search(r"/save/([\w-]{22})", visitor.text)
    assert found is not None
    secrets = (found[1], ALBA, "alba.canary", ANSWER, "purpleteapot", "Testperson")

    def seen() -> list[tuple[str, str]]:
        written = everything_written(house).items()
        return [(name, secret) for name, content in written for secret in secrets if secret.encode() in content]

    assert waiting(house) == [("due", 1)]
    assert seen() == []

    mailbox.refusals.append(f"451 {ALBA} is busy")
    house.start("worker")
    first(mailbox)
    wait_for(lambda: waiting(house) == [("done", 0)], "the end of the mail")

    Visitor(house.base).open(f"{house.base}/riverside/support/save/{found[1]}").submit({"answer": "pink"}).submit(
        {"answer": ANSWER}
    )
    assert seen() == []
    assert "chore put off" in house.log("worker")


def test_an_address_that_does_not_exist_is_given_up_and_forgotten(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web", "worker")
    mailbox.refusals.append("550 no such user")

    save(begin(house))

    wait_for(lambda: waiting(house) == [("parked", 0)], "the mail to be given up")
    assert mailbox.mails == []
    assert "chore given up" in house.log("worker")


def test_a_mail_outlives_a_worker_that_is_killed(build: Build, mailbox: Mailbox) -> None:
    # Where the worker dies in the middle of a try, the mail waits for the end of its lease.
    short = {"CONNECT_TIMEOUT_SECONDS": "1", "READ_TIMEOUT_SECONDS": "2", "LEASE_SECONDS": "4"}
    settings = {f"GATEWAY_{name}": value for name, value in short.items()}
    house = build(GATEWAY_SMTP_URL=mailbox.url(), **settings).start("web", "worker")
    mailbox.refusals.extend(["451 not now"] * 3)
    save(begin(house))
    wait_for(lambda: "chore put off" in house.log("worker"), "a first try")
    house.kill("worker")

    house.start("worker")

    first(mailbox)


def test_a_mail_goes_over_tls_alone(build: Build, tmp_path: Path) -> None:
    certificate, context = certify(tmp_path)
    with open_mailbox(context=context) as mailbox:
        url = f"smtp://127.0.0.1:{mailbox.port}?from=refer@example.org"
        house = build(GATEWAY_SMTP_URL=url, SSL_CERT_FILE=str(certificate)).start("web", "worker")
        save(begin(house))

        assert first(mailbox)["To"] == ALBA


def test_few_links_go_to_one_address_a_day(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web")
    for _ in range(3):
        assert "Your answers are saved" in save(begin(house)).text

    visitor = save(begin(house), ALBA.upper())

    assert visitor.response.status_code == 422
    assert "cannot send more emails to this address today" in visitor.text
    assert "Your answers are saved" in visitor.submit({"email": ""}).text
    assert len(waiting(house)) == 3


@pytest.mark.parametrize(
    "email", ["alba", "a@b@example.org", "alba@example.org, x@example.org", "alba@example.org\nBcc: x"]
)
def test_what_is_no_address_is_not_taken_and_nothing_typed_is_lost(build: Build, mailbox: Mailbox, email: str) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web")

    visitor = save(begin(house), email)

    assert visitor.response.status_code == 422
    assert "Enter an email address like name@example.org" in visitor.text
    assert dict(visitor.page.form.fields)["answer"] == ANSWER  # type: ignore[union-attr]


def test_a_receipt_goes_to_whoever_asks_for_it(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("sandbox", "web", "worker")
    visitor = with_email(Visitor(house.base), safe=["phone", "email"])
    assert f"Email my reference number to {ALBA}" in visitor.text

    reference = visitor.submit({"receipt": "yes"}, press="send").reference

    mail = first(mailbox)
    assert mail["To"] == ALBA
    assert reference in text(mail)
    assert not any(word in str(mail) for word in ("Ask for support", "Alba", "Testperson", "support"))
    wait_for(lambda: house.state(reference) == "delivered", "the delivery")
    wait_for(lambda: waiting(house) == [("done", 0)], "the end of the mail")


def test_a_second_press_of_send_makes_no_second_mail(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web")
    visitor = with_email(Visitor(house.base), safe=["phone", "email"])
    again = Visitor(house.base).open(visitor.response.url)

    visitor.submit({"receipt": "yes"}, press="send")
    again.submit({"receipt": "yes"}, press="send")

    assert len(waiting(house)) == 1


@pytest.mark.parametrize("post", [{}, {"receipt": "yes"}])
def test_no_receipt_goes_where_email_is_not_safe(build: Build, mailbox: Mailbox, post: dict[str, str]) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web")
    visitor = with_email(Visitor(house.base), safe=["phone"])
    assert "Email my reference" not in visitor.text

    visitor.page.form.names.update(post)  # type: ignore[union-attr]
    visitor.submit(post, press="send")

    assert visitor.reference
    assert waiting(house) == []


def test_a_robot_makes_us_write_to_nobody(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web")
    visitor = with_email(Visitor(house.base), safe=["phone", "email"])

    visitor.submit({"receipt": "yes", "website_address": "https://spam.example"}, press="send")

    assert house.state(visitor.reference) == "held"
    assert waiting(house) == []


def test_where_mail_is_off_no_receipt_is_offered(build: Build) -> None:
    house = build().start("web")
    visitor = with_email(Visitor(house.base), safe=["phone", "email"])

    assert "receipt" not in visitor.page.form.names  # type: ignore[union-attr]


def test_a_mail_is_in_the_language_of_the_form(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url()).start("web", "worker")

    visitor = save(begin(house, "?lang=cy"))

    mail = first(mailbox)
    assert mail["Content-Language"] == "cy"
    assert link_in(mail).endswith("?lang=cy")
    assert re.search(r"\d{1,2} Tachwedd|\d{1,2} \w+ 20\d\d", text(mail))
    assert visitor.response.status_code == 200
