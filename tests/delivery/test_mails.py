"""The chore of a mail: handed over, then forgotten; put off or given up where that is what the server says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway.delivery.chores import Chores, Doing
from gateway.delivery.mails import giving_up, handing_over
from gateway.keys import KeyRing, new_key
from gateway.mailserver import MailServer, read
from gateway.store import mails, tables
from gateway.store.database import Database
from gateway.store.mails import Mail

from ..mailbox import Mailbox, open_mailbox
from ..store.making import rows
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import PATIENCE

DAY = timedelta(days=1)
FACTS = {
    "organisation": "Riverside Carers", "phone": "01632 960123", "email": "", "link": "https://refer.example.org/s",
    "until": "29 November 2026",
}  # fmt: skip


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with open_mailbox() as found:
        yield found


def server_of(mailbox: Mailbox) -> MailServer:
    found = read(mailbox.url())
    assert found is not None
    return found


def put(database: Database, ring: KeyRing, clock: Clock, recipient: str = "alba@example.org") -> None:
    mail = Mail("saved", "riverside", recipient, "en", FACTS, (clock.time + DAY).isoformat())
    with database.write() as connection:
        mails.write(connection, mails.rows(ring, mail, clock.time))


def work(database: Database, do: Doing, clock: Clock) -> None:
    found = Chores(
        database, {"mail": do}, rules=RULES, lease=2 * MINUTE, worker="worker", now=clock, chance=lambda: 1.0
    )
    found.begin()
    for future in found.futures:
        future.exception(PATIENCE)
    found.end()
    found.close()


def outcome(database: Database) -> tuple[str, bool]:
    """How the job stands, and whether the mail still holds anything."""
    (job,), (mail,) = rows(database, select(tables.jobs)), rows(database, select(tables.mails))
    return job.status, mail.sealed is not None


def test_a_mail_is_handed_over_and_forgotten(database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox) -> None:
    put(database, ring, clock)

    work(database, handing_over(database, ring, server_of(mailbox), now=clock), clock)

    (mail,) = mailbox.mails
    assert "https://refer.example.org/s" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert outcome(database) == ("done", False)


def test_a_refusal_for_now_is_tried_again(database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox) -> None:
    put(database, ring, clock)
    mailbox.refusals.append("451 try later")
    do = handing_over(database, ring, server_of(mailbox), now=clock)

    work(database, do, clock)
    assert outcome(database) == ("due", True)

    with database.write() as connection:
        connection.execute(update(tables.jobs).values(due_at=clock.time - HOUR))
    work(database, do, clock)
    assert (len(mailbox.mails), outcome(database)) == (1, ("done", False))


@pytest.mark.parametrize("recipient", ["alba@example.org", "nobody at all", "alba@example.org\r\nBcc: x@example.org"])
def test_a_mail_that_can_never_go_is_given_up_and_forgotten(
    database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox, recipient: str, caplog: pytest.LogCaptureFixture
) -> None:
    put(database, ring, clock, recipient)
    mailbox.refusals.append(f"550 no such user {recipient[:16]}")

    work(database, handing_over(database, ring, server_of(mailbox), now=clock), clock)

    assert (mailbox.mails, outcome(database)) == ([], ("parked", False))
    assert "chore given up" in caplog.text
    assert "alba" not in caplog.text


def test_a_worker_that_died_after_handing_over_leaves_a_mail_that_is_the_same_one(
    database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox
) -> None:
    put(database, ring, clock)
    (row,) = rows(database, select(tables.mails))
    do = handing_over(database, ring, server_of(mailbox), now=clock)
    work(database, do, clock)

    with database.write() as connection:  # as if nothing had been written down after the mail server took it
        connection.execute(update(tables.mails).values(sealed=row.sealed, ended_at=None))
        connection.execute(update(tables.jobs).values(status="due"))
    work(database, do, clock)

    assert len(mailbox.mails) == 2
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def test_a_mail_that_was_handed_over_is_not_handed_over_again(
    database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox
) -> None:
    put(database, ring, clock)
    do = handing_over(database, ring, server_of(mailbox), now=clock)
    work(database, do, clock)

    with database.write() as connection:  # it died before its job was ended
        connection.execute(update(tables.jobs).values(status="due"))
    work(database, do, clock)

    assert (len(mailbox.mails), outcome(database)) == (1, ("done", False))


def test_a_link_that_is_over_is_not_sent_any_more(
    database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox
) -> None:
    put(database, ring, clock)
    clock.time += DAY

    work(database, handing_over(database, ring, server_of(mailbox), now=clock), clock)

    assert (mailbox.mails, outcome(database)) == ([], ("parked", False))


def test_without_its_key_a_mail_waits(database: Database, ring: KeyRing, clock: Clock, mailbox: Mailbox) -> None:
    put(database, ring, clock)

    work(database, handing_over(database, KeyRing(new_key()), server_of(mailbox), now=clock), clock)

    assert (mailbox.mails, outcome(database)) == ([], ("due", True))


def test_where_mail_was_switched_off_nothing_of_it_lies_about(database: Database, ring: KeyRing, clock: Clock) -> None:
    put(database, ring, clock)

    work(database, giving_up(database, now=clock), clock)

    assert outcome(database) == ("parked", False)
