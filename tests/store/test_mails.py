"""Mails: sealed while they wait, empty once they ended, counted by address without the address."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.keys import KeyMissing, KeyRing, new_key
from gateway.store import chores, mails, tables
from gateway.store.database import Database
from gateway.store.mails import Mail

from .making import NOW, rows

DAY = timedelta(days=1)
MAIL = Mail("saved", "riverside", "alba@example.org", "cy", {"link": "https://x/save/y"}, (NOW + DAY).isoformat())


def put(database: Database, ring: KeyRing, mail: Mail = MAIL) -> str:
    found = mails.rows(ring, mail, NOW)
    with database.write() as connection:
        mails.write(connection, found)
    return str(found.mail["id"])


def test_a_mail_comes_back_as_it_was_by_its_chore(database: Database, ring: KeyRing) -> None:
    mail_id = put(database, ring)

    (chore,) = chores.claim(database, kinds=[mails.KIND], worker="a", limit=5, lease=DAY)

    assert (chore.item, chore.organisation) == (mail_id, "riverside")
    assert mails.load(database, ring, chore.item) == MAIL


def test_nothing_of_a_mail_can_be_read_without_the_key(database: Database, ring: KeyRing) -> None:
    mail_id = put(database, ring)
    (row,) = rows(database, select(tables.mails))

    assert not any(b"alba" in bytes(value) for value in (row.recipient, row.sealed))
    with pytest.raises(KeyMissing):
        mails.load(database, KeyRing(new_key()), mail_id)


def test_what_a_mail_held_is_gone_once_it_ended(database: Database, ring: KeyRing) -> None:
    mail_id = put(database, ring)

    mails.end(database, mail_id, NOW + DAY)

    assert mails.load(database, ring, mail_id) is None
    (row,) = rows(database, select(tables.mails))
    assert (row.sealed, row.ended_at) == (None, NOW + DAY)


def test_mails_to_one_address_are_counted_however_it_is_written(database: Database, ring: KeyRing) -> None:
    put(database, ring)
    mails.end(database, put(database, ring), NOW)
    put(database, ring, Mail("receipt", "riverside", "Alba@Example.org ", "en", {}, NOW.isoformat()))
    put(database, ring, Mail("saved", "riverside", "bruno@example.org", "en", {}, NOW.isoformat()))

    assert mails.sent_to(database, ring, "alba@example.org", since=NOW) == 3
    assert mails.sent_to(database, ring, "ALBA@example.org", since=NOW, kinds=["saved"]) == 2
    assert mails.sent_to(database, ring, "alba@example.org", since=NOW + DAY) == 0


def test_old_mails_are_deleted_with_their_chores_sent_or_not(database: Database, ring: KeyRing) -> None:
    put(database, ring)
    mails.end(database, put(database, ring), NOW)

    assert mails.forget_old(database, NOW + mails.KEPT_FOR) == 0
    assert mails.forget_old(database, NOW + mails.KEPT_FOR + DAY) == 2
    assert rows(database, select(tables.mails)) == []
    assert rows(database, select(tables.jobs)) == []


def test_a_mail_is_described_without_its_address() -> None:
    assert "alba" not in repr(MAIL)
