"""The receipt by mail: written in the commit of the send or not at all, with the reference that the referral got."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.keys import KeyRing
from gateway.referral import Referral
from gateway.store import definitions, mails, sending, tables
from gateway.store.database import Database
from gateway.store.mails import Mail, MailRows
from gateway.store.sending import Sent, SentBefore

from .making import DEFINITION, NOW, a_referral, rows

ALBA = "alba@example.org"


@pytest.fixture(autouse=True)
def known(database: Database) -> None:
    """Keep the definition that referrals name."""
    definitions.keep(database, [DEFINITION], NOW)


def send(database: Database, ring: KeyRing, referral: Referral, instance: str = "a" * 64) -> Sent | SentBefore:
    def receipt(reference: str) -> MailRows:
        until = (NOW + timedelta(days=1)).isoformat()
        return mails.rows(ring, Mail("receipt", "riverside", ALBA, "en", {"reference": reference}, until), NOW)

    return sending.send(database, ring, referral, instance=instance, answers=b"", now=NOW, receipt=receipt)


def written(database: Database, ring: KeyRing) -> list[Mail | None]:
    """The mails that wait, by their chores."""
    found = rows(database, select(tables.jobs.c.item).where(tables.jobs.c.kind == mails.KIND))
    return [mails.load(database, ring, item) for (item,) in found]


def test_a_receipt_is_written_with_its_referral(database: Database, ring: KeyRing) -> None:
    sent = send(database, ring, a_referral())

    (mail,) = written(database, ring)
    assert mail is not None
    assert (mail.recipient, mail.facts) == (ALBA, {"reference": sent.reference})


def test_a_second_send_writes_no_second_receipt(database: Database, ring: KeyRing) -> None:
    send(database, ring, a_referral())

    assert isinstance(send(database, ring, a_referral()), SentBefore)
    assert len(written(database, ring)) == 1


def test_a_receipt_tells_the_reference_that_the_referral_got(database: Database, ring: KeyRing) -> None:
    first = a_referral()
    send(database, ring, first)

    sent = send(database, ring, a_referral(reference=first.reference), "b" * 64)

    assert sent.reference != first.reference
    told = [mail.facts for mail in written(database, ring) if mail is not None]
    assert sorted(told, key=str) == sorted(({"reference": each} for each in (first.reference, sent.reference)), key=str)


def test_where_the_receipt_cannot_be_written_nothing_is(database: Database, ring: KeyRing) -> None:
    with database.write() as connection:
        connection.execute(text("ALTER TABLE mails RENAME TO elsewhere"))

    with pytest.raises(SQLAlchemyError):
        send(database, ring, a_referral())

    assert rows(database, select(tables.referrals)) == []
    assert rows(database, select(tables.instances)) == []
