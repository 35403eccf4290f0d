"""A person is told: real web, real worker, a real mail server, and the sandbox that refuses."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import EmailMessage

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.papers import ADD, a_file, send, to_the_letter
from tests.end_to_end.test_canaries import ANSWERS, CANARY, everything_written, finds
from tests.end_to_end.test_mails import text
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT
from tests.mailbox import Mailbox, open_mailbox
from tests.watchman import Watchman, open_watchman

Build = Callable[..., House]
STAFF = "referrals@riverside.example"  # who stands in the example's organisation.yaml


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with open_mailbox() as found:
        yield found


@pytest.fixture
def watchman() -> Iterator[Watchman]:
    """Somebody outside who is called while all is well."""
    with open_watchman() as found:
        yield found


def work(house: House) -> None:
    """Let a worker do all that is due, and what it does by the clock as if a minute had passed."""
    with closing(sqlite3.connect(house.folder / "gateway.db")) as store, store:
        store.execute("DELETE FROM turns WHERE name IN ('tell', 'heartbeat')")
    house.flask("worker", "--once")


def work_and_tell(house: House) -> None:
    """Let a worker deliver, and the next one find what came of it."""
    work(house)
    work(house)


def contact(house: House) -> str:
    return Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference


def told(mailbox: Mailbox) -> list[EmailMessage]:
    return [mail for mail in mailbox.mails if mail["To"] == STAFF]


def test_staff_hear_of_the_first_failure_of_a_pause_and_of_its_end(
    build: Build, mailbox: Mailbox, watchman: Watchman
) -> None:
    house = build(
        GATEWAY_SMTP_URL=mailbox.url(),
        GATEWAY_PAUSE_PROBE_SECONDS="0.1",
        GATEWAY_HEARTBEAT_URL=f"{watchman.base}/ping",
    ).start("sandbox", "web")
    house.faults(calls=2, methods=["PUT"], status=422)

    first = contact(house)
    work_and_tell(house)
    (mail,) = told(mailbox)
    assert mail["Subject"] == "Referral gateway: 1 to look at"
    assert first in text(mail)
    assert "rejected: the destination answered 422" in text(mail)
    assert watchman.calls

    second = contact(house)
    work_and_tell(house)
    assert house.state(second) == "failed"
    assert len(told(mailbox)) == 1

    right = house.environment["CHARITYLOG_SOURCE"]
    house.environment["CHARITYLOG_SOURCE"] = "no-longer-the-key"
    third = contact(house)
    work_and_tell(house)
    assert "the destination is paused" in text(told(mailbox)[1])
    assert "our keys were refused" in text(told(mailbox)[1])
    ready = Visitor(house.base).open("/readyz")
    assert "paused: riverside" in ready.text
    assert "failed: 2 to look at" in ready.text

    house.environment["CHARITYLOG_SOURCE"] = right
    for reference in (first, second):
        house.flask("referrals", "settle", reference, "by-hand")
    while house.state(third) != "delivered":
        work(house)
    house.flask("destinations", "prove", "riverside", "--yes")
    work(house)
    assert told(mailbox)[-1]["Subject"] == "Referral gateway: all is well again"


def test_an_organisation_hears_of_its_own_mistakes(build: Build, mailbox: Mailbox) -> None:
    house = build(GATEWAY_SMTP_URL=mailbox.url())
    form = house.organisations / "riverside/forms/contact-me.yaml"
    form.write_text(form.read_text().replace("title:", "titel:", 1))

    work(house)

    (mail,) = told(mailbox)
    assert "The forms are closed" in text(mail)
    assert "flask forms check" in text(mail)


def test_no_alert_no_metric_and_no_line_of_readyz_holds_an_answer_or_the_name_of_a_file(
    build: Build, mailbox: Mailbox
) -> None:
    settings = {"GATEWAY_READ_TIMEOUT_SECONDS": "1", "GATEWAY_METRICS_TOKEN": "opens-it", "GATEWAY_LOG_LEVEL": "DEBUG"}
    house = build(GATEWAY_SMTP_URL=mailbox.url(), **settings).start("sandbox", "web")
    visitor = to_the_letter(Visitor(house.base))
    visitor.submit(press=ADD, files=[a_file(f"{CANARY}.pdf")])
    send(visitor, f"About {CANARY}")
    Visitor(house.base).open("/riverside/contact-me").submit(ANSWERS)
    Visitor(house.base).open("/riverside/contact-me").submit({**ANSWERS, "website_address": "https://spam.example"})
    house.faults(calls=1, methods=["PUT"], status=422)  # an answer that repeats what it was sent
    house.faults(calls=1, methods=["PUT"], garbage=True)

    work_and_tell(house)

    metrics = Visitor(house.base)
    metrics.session.headers["Authorization"] = "Bearer opens-it"
    seen = {
        "metrics": metrics.open("/metrics").response.content,
        "readyz": Visitor(house.base).open("/readyz").response.content,
        **{f"mail {number}": str(mail).encode() for number, mail in enumerate(mailbox.mails)},
        **{f"words {number}": text(mail).encode() for number, mail in enumerate(mailbox.mails)},
    }
    assert b'gateway_referrals{organisation="riverside",state="failed"} 1' in seen["metrics"]
    assert b"held: 1 to look at" in seen["readyz"]
    assert any(b"referral failed" in each for name, each in seen.items() if name.startswith("words"))
    assert finds({**seen, **everything_written(house)}) == []
