"""Drafts: answers given so far, sealed twice, under the hash of an instance secret that the store never holds.

The outer seal is the ring's (so that rotation re-does it alone), the inner one can be opened with the instance only.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.keys import InstanceSeal, KeyMissing, KeyRing, SealBroken
from gateway.store import tables
from gateway.store.database import Database

Answers = Mapping[str, Sequence[str]]
INSTANCE_BYTES = 16


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
        table = tables.drafts
        row_id = instance_hash(instance)
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.instance == row_id, table.c.expires_at > now)).first()
        if row is None:
            return None
        try:
            inner = self._ring.open(row.sealed, table="drafts", row=row_id, column="sealed")
            answers = json.loads(InstanceSeal(instance).open(inner))
        except (KeyMissing, SealBroken):
            return None
        return Draft(
            row.organisation,
            row.form,
            row.definition,
            row.language,
            answers,
            row.version,
            row.created_at,
            row.expires_at,
        )

    def create(self, instance: bytes, draft: Draft) -> None:
        """Store a new draft under its instance, in place of one that has expired.

        Raises DraftMoved where the instance was used before.
        """
        row_id = instance_hash(instance)
        try:
            with self._database.write() as connection:
                _clear(connection, [row_id], draft.created_at)
                connection.execute(insert(tables.instances).values(hash=row_id, created_at=draft.created_at))
                connection.execute(
                    insert(tables.drafts).values(
                        instance=row_id,
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
        except IntegrityError:
            raise DraftMoved from None

    def save(self, instance: bytes, answers: Answers, *, version: int, language: str, expires_at: datetime) -> None:
        """Replace the answers of version `version` by the next one. Raises DraftMoved where that version is gone."""
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

    def forget(self, instance: bytes) -> None:
        """Delete a draft and its instance, as when somebody leaves."""
        row_id = instance_hash(instance)
        with self._database.write() as connection:
            _lock(connection, [row_id])
            if connection.execute(delete(tables.drafts).where(tables.drafts.c.instance == row_id)).rowcount:
                connection.execute(
                    delete(tables.instances).where(
                        tables.instances.c.hash == row_id, tables.instances.c.reference.is_(None)
                    )
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


def _lock(connection: Connection, instances: Sequence[str]) -> None:
    # The instance before its draft, as sending does: two transactions never wait for each other.
    table = tables.instances
    connection.execute(select(table.c.hash).where(table.c.hash.in_(instances)).order_by(table.c.hash).with_for_update())


def _clear(connection: Connection, old: Sequence[str], now: datetime) -> int:
    drafts, instances = tables.drafts, tables.instances
    _lock(connection, old)
    gone = connection.execute(delete(drafts).where(drafts.c.instance.in_(old), drafts.c.expires_at <= now)).rowcount
    connection.execute(
        delete(instances).where(
            instances.c.hash.in_(old),
            instances.c.reference.is_(None),
            instances.c.hash.not_in(select(drafts.c.instance)),
        )
    )
    return gone
