"""Saved forms: a link and an answer that one person remembers bring a draft back, once.

The store holds the hash of the link's secret. The draft's instance is sealed with link and answer together, so that the
store alone can open nothing; each try is counted before it is judged. Saving and coming back each move the draft to a
new instance: addresses from before lead nowhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.keys import KeyRing, LinkSeal, SealBroken
from gateway.store import drafts, mails, tables
from gateway.store.database import Database
from gateway.store.drafts import DraftMoved, Drafts, instance_hash
from gateway.store.mails import MailRows

TRIES = 5


@dataclass(frozen=True, slots=True)
class Saved:
    """What can be known of a saved form without its answer."""

    organisation: str
    form: str
    tries_left: int
    expires_at: datetime


class LinkOver(Exception):
    """The link was used, has expired, or never was."""


class LinkTaken(Exception):
    """Something was saved under this link before."""


class WrongAnswer(Exception):
    """That is not the answer; without tries left, what was saved is deleted."""

    def __init__(self, tries_left: int) -> None:
        """Take how many tries there are left."""
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class SavedDrafts:
    """Keeps drafts for later, and gives them back."""

    def __init__(self, database: Database, ring: KeyRing, drafts: Drafts) -> None:
        self._database = database
        self._ring = ring
        self._drafts = drafts

    def find(self, link: bytes, now: datetime) -> Saved | None:
        """Look up a link that still leads somewhere; nothing is changed by it."""
        row = self._row(link, now)
        return Saved(row.organisation, row.form, row.tries_left, row.expires_at) if row else None

    def keep(
        self,
        link: bytes,
        answer: str,
        *,
        old: bytes,
        new: bytes,
        organisation: str,
        form: str,
        expires_at: datetime,
        now: datetime,
        mail: MailRows | None = None,
    ) -> None:
        """Move a draft to an instance that only link and answer open, and write the mail that carries the link.

        Raises DraftMoved where there is no such draft any more, LinkTaken where the link was used before.
        """
        row_id = _link_hash(link)
        sealed = self._ring.seal(LinkSeal(link, answer).seal(new), table="saved", row=row_id, column="sealed")
        row = {
            "hash": row_id,
            "instance": instance_hash(new),
            "organisation": organisation,
            "form": form,
            "sealed": sealed,
            "tries_left": TRIES,
            "created_at": now,
            "expires_at": expires_at,
        }
        try:
            with self._database.write() as connection:
                self._drafts.move(connection, old, new, expires_at=expires_at, now=now)
                connection.execute(insert(tables.saved).values(**row))
                if mail is not None:
                    mails.write(connection, mail)
        except IntegrityError:
            raise LinkTaken from None

    def take(self, link: bytes, answer: str, *, new: bytes, expires_at: datetime, now: datetime) -> None:
        """Move a saved draft to a new instance; the link is over then.

        Raises LinkOver, WrongAnswer; KeyMissing or SealBroken where the gateway itself cannot open it: no try is lost.
        """
        row = self._row(link, now)
        if row is None:
            raise LinkOver
        sealed = self._ring.open(row.sealed, table="saved", row=row.hash, column="sealed")
        tries_left = self._count_try(row.hash, now)
        try:
            old = LinkSeal(link, answer).open(sealed)
        except SealBroken:
            if not tries_left:
                self._forget(row)
            raise WrongAnswer(tries_left) from None
        with self._database.write() as connection:
            drafts.lock(connection, [row.instance])
            # Of several windows the first one wins, whatever they were given.
            if connection.execute(delete(tables.saved).where(tables.saved.c.hash == row.hash)).rowcount != 1:
                raise LinkOver
            try:
                self._drafts.move(connection, old, new, expires_at=expires_at, now=now)
            except DraftMoved:
                raise LinkOver from None

    def _row(self, link: bytes, now: datetime) -> Row[*tuple[Any, ...]] | None:
        table = tables.saved
        wanted = select(table).where(table.c.hash == _link_hash(link), table.c.tries_left > 0, table.c.expires_at > now)
        with self._database.read() as connection:
            return connection.execute(wanted).first()

    def _count_try(self, row_id: str, now: datetime) -> int:
        table = tables.saved
        with self._database.write() as connection:
            left = connection.scalar(
                update(table)
                .where(table.c.hash == row_id, table.c.tries_left > 0, table.c.expires_at > now)
                .values(tries_left=table.c.tries_left - 1)
                .returning(table.c.tries_left)
            )
        if left is None:
            raise LinkOver
        return int(left)

    def _forget(self, row: Row[*tuple[Any, ...]]) -> None:
        with self._database.write() as connection:
            drafts.lock(connection, [row.instance])
            if connection.execute(delete(tables.saved).where(tables.saved.c.hash == row.hash)).rowcount:
                drafts.forget(connection, row.instance)


def _link_hash(link: bytes) -> str:
    return hashlib.sha256(link).hexdigest()
