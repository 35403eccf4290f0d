"""Drafts: answers given so far, sealed twice, under the hash of an instance secret that the store never holds.

The outer seal is the ring's (so that rotation re-does it alone), the inner one can be opened with the instance only.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.keys import InstanceSeal, KeyMissing, KeyRing, SealBroken
from gateway.store import files, page_counts, tables
from gateway.store.database import Database
from gateway.store.many import One
from gateway.store.page_counts import Passed
from gateway.store.people_tables import agency_drafts

Answers = Mapping[str, Sequence[str]]


def instance_hash(instance: bytes) -> str:
    """Hash an instance secret: all that the store may know of it."""
    return hashlib.sha256(instance).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """Answers as they were posted, by input name."""

    organisation: str
    form: str
    definition: str
    language: str
    answers: dict[str, list[str]]
    version: int
    created_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Draft({self.organisation}/{self.form})"


class DraftMoved(Exception):
    """The draft was changed by another request in the meantime."""


class Drafts:
    """Reads and writes drafts with the ring's keys."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def load(self, instance: bytes, now: datetime) -> Draft | None:
        """Read a draft that has not expired. None where there is none, or where its key is gone."""
        with self._database.read_by_driver() as driver:
            row = _LOAD.ask(driver, owner=instance_hash(instance), now=now)
        if row is None:
            return None
        try:
            return self._open(instance, row)
        except (KeyMissing, SealBroken):
            return None

    def create(self, instance: bytes, draft: Draft, passed: Passed | None = None) -> None:
        """Store a new draft under its instance, in place of one that has expired; count the page that was `passed`.

        Raises DraftMoved where the instance was used before.
        """
        row_id = instance_hash(instance)
        try:
            with self._database.write() as connection:
                _clear(connection, [row_id], draft.created_at)
                connection.execute(insert(tables.instances).values(hash=row_id, created_at=draft.created_at))
                self._insert(connection, instance, draft)
                if passed:
                    page_counts.add(connection, passed)
        except IntegrityError:
            raise DraftMoved from None

    def save(
        self,
        instance: bytes,
        answers: Answers,
        *,
        version: int,
        language: str,
        expires_at: datetime,
        passed: Passed | None = None,
    ) -> None:
        """Replace the answers of version `version` by the next one; count the page that was `passed`.

        Raises DraftMoved where that version is gone.
        """
        table = tables.drafts
        with self._database.write() as connection:
            changed = connection.execute(
                update(table)
                .where(table.c.instance == instance_hash(instance), table.c.version == version)
                .values(
                    sealed=self._seal(instance, answers), version=version + 1, language=language, expires_at=expires_at
                )
            )
            if changed.rowcount != 1:
                raise DraftMoved
            if passed:
                page_counts.add(connection, passed)

    def move(self, connection: Connection, old: bytes, new: bytes, *, expires_at: datetime, now: datetime) -> None:
        """Bring a draft and its files to a new instance, in the transaction of what this is for; the old one is gone.

        Raises DraftMoved where there is no such draft, KeyMissing or SealBroken where it cannot be opened.
        """
        row_id, table = instance_hash(old), tables.drafts
        lock(connection, [row_id])
        row = connection.execute(select(table).where(table.c.instance == row_id, table.c.expires_at > now)).first()
        if row is None:
            raise DraftMoved
        draft = replace(self._open(old, row), version=row.version + 1, expires_at=expires_at)
        connection.execute(insert(tables.instances).values(hash=instance_hash(new), created_at=now))
        self._insert(connection, new, draft)
        files.move(connection, row_id, instance_hash(new))
        forget(connection, row_id)

    def leave(self, instance: bytes, organisation: str, form: str) -> None:
        """Delete a draft of this form that is nobody's but theirs who know its instance; nothing of an agency."""
        row_id, table = instance_hash(instance), tables.drafts
        mine = (table.c.instance == row_id, table.c.organisation == organisation, table.c.form == form)
        shared = select(agency_drafts.c.instance).where(agency_drafts.c.instance == row_id)
        with self._database.write() as connection:
            lock(connection, [row_id])
            if connection.scalar(select(table.c.instance).where(*mine, ~shared.exists())) is not None:
                forget(connection, row_id)

    def forget(self, instance: bytes) -> None:
        """Delete a draft and its instance."""
        row_id = instance_hash(instance)
        with self._database.write() as connection:
            lock(connection, [row_id])
            forget(connection, row_id)

    def _insert(self, connection: Connection, instance: bytes, draft: Draft) -> None:
        connection.execute(
            insert(tables.drafts).values(
                instance=instance_hash(instance),
                organisation=draft.organisation,
                form=draft.form,
                definition=draft.definition,
                language=draft.language,
                sealed=self._seal(instance, draft.answers),
                version=draft.version,
                created_at=draft.created_at,
                expires_at=draft.expires_at,
            )
        )

    def _open(self, instance: bytes, row: Row[*tuple[Any, ...]]) -> Draft:
        inner = self._ring.open(row.sealed, table="drafts", row=row.instance, column="sealed")
        return Draft(
            row.organisation,
            row.form,
            row.definition,
            row.language,
            json.loads(InstanceSeal(instance).open(inner)),
            row.version,
            row.created_at,
            row.expires_at,
        )

    def _seal(self, instance: bytes, answers: Answers) -> bytes:
        plain = json.dumps({name: list(values) for name, values in answers.items()}, ensure_ascii=False).encode()
        return self._ring.seal(
            InstanceSeal(instance).seal(plain), table="drafts", row=instance_hash(instance), column="sealed"
        )


def forget_expired(database: Database, now: datetime, *, at_most: int = 500) -> int:
    """Delete drafts that have expired, at most so many at once; give their number."""
    drafts = tables.drafts
    with database.read() as connection:
        old = list(connection.scalars(select(drafts.c.instance).where(drafts.c.expires_at <= now).limit(at_most)))
    if not old:
        return 0
    with database.write() as connection:
        return _clear(connection, old, now)


def forget(connection: Connection, instance: str) -> None:
    """Delete the draft of an instance that is locked, and the instance; nothing where it was sent."""
    drafts, instances = tables.drafts, tables.instances
    connection.execute(delete(agency_drafts).where(agency_drafts.c.instance == instance))
    if connection.execute(delete(drafts).where(drafts.c.instance == instance)).rowcount:
        files.forget_with(connection, [instance])
        connection.execute(delete(instances).where(instances.c.hash == instance, instances.c.reference.is_(None)))


def lock(connection: Connection, instances: Sequence[str]) -> None:
    """Lock instances by their hashes, before anything that belongs to them: no two transactions wait for each other."""
    table = tables.instances
    connection.execute(select(table.c.hash).where(table.c.hash.in_(instances)).order_by(table.c.hash).with_for_update())


def _clear(connection: Connection, old: Sequence[str], now: datetime) -> int:
    drafts, instances = tables.drafts, tables.instances
    lock(connection, old)
    expired = delete(drafts).where(drafts.c.instance.in_(old), drafts.c.expires_at <= now)
    gone = list(connection.scalars(expired.returning(drafts.c.instance)))
    if gone:
        files.forget_with(connection, gone)
        connection.execute(delete(agency_drafts).where(agency_drafts.c.instance.in_(gone)))
    saved = tables.saved
    connection.execute(
        delete(saved).where(saved.c.instance.in_(old), saved.c.instance.not_in(select(drafts.c.instance)))
    )
    connection.execute(
        delete(instances).where(
            instances.c.hash.in_(old),
            instances.c.reference.is_(None),
            instances.c.hash.not_in(select(drafts.c.instance)),
        )
    )
    return len(gone)


_LOAD = One(
    select(tables.drafts).where(
        tables.drafts.c.instance == bindparam("owner"), tables.drafts.c.expires_at > bindparam("now")
    )
)
