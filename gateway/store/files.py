"""Files that people attach: begun with a draft, complete only when marked so, bound to a referral when it is sent.

What a file is called and what it is stands sealed beside it. A file counts where the answers name it; all others go.
"""

import io
import json
import logging
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import chores, chunks, tables
from gateway.store.chunks import FileGone, Writer
from gateway.store.database import Database
from gateway.store.states import FileState
from gateway.uploads.patching import Patch

log = logging.getLogger(__name__)

SCAN = "scan"  # the kind of the chore: have a file scanned that nobody could scan when it came
BROKEN_OFF_AFTER = timedelta(hours=1)


class TooMuch(Exception):
    """The draft holds as many bytes as it may."""


@dataclass(frozen=True, slots=True, repr=False)
class Details:
    """What is known of a file once it is complete."""

    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True, repr=False)
class StoredFile:
    """A file that is complete."""

    id: str
    name: str
    media_type: str
    sha256: str
    size: int
    state: FileState

    def __repr__(self) -> str:
        return f"StoredFile({self.id})"

    @property
    def refused(self) -> bool:
        """Whether its content was thrown away."""
        return self.state is FileState.REFUSED

    @property
    def quarantined(self) -> bool:
        """Whether nobody could tell yet that it is clean."""
        return self.state is FileState.QUARANTINED


class Files:
    """Reads and writes files with the ring's keys."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    def begin(self, instance: str, now: datetime, *, most_bytes: int) -> str:
        """Begin a file of the draft with this instance hash; give its id.

        Raises FileGone where the draft is gone or sent, TooMuch where it holds `most_bytes` or more already.
        """
        file_id = secrets.token_hex(16)
        table, instances = tables.files, tables.instances
        with self._database.write() as connection:
            spent = select(instances.c.reference).where(instances.c.hash == instance).with_for_update()
            row = connection.execute(spent).first()
            if row is None or row.reference is not None:
                raise FileGone
            stored = select(func.coalesce(func.sum(table.c.size), 0)).where(table.c.instance == instance)
            if connection.scalars(stored).one() >= most_bytes:
                raise TooMuch
            connection.execute(
                insert(table).values(
                    id=file_id, instance=instance, state=FileState.QUARANTINED, complete=False, size=0, created_at=now
                )
            )
        return file_id

    def writer(self, file_id: str) -> Writer:
        """Take the content of a file that was begun."""
        return Writer(self._database, self._ring, file_id)

    def finish(self, file_id: str, details: Details, *, clean: bool, organisation: str, now: datetime) -> None:
        """Mark a file as complete; one that is not known to be clean waits for the worker to have it scanned.

        Raises FileGone.
        """
        table = tables.files
        known = json.dumps(asdict(details), ensure_ascii=False).encode()
        sealed = self._ring.seal(known, table="files", row=file_id, column="sealed")
        with self._database.write() as connection:
            changed = connection.execute(
                update(table)
                .where(table.c.id == file_id, table.c.complete.is_(False), table.c.state == FileState.QUARANTINED)
                .values(complete=True, sealed=sealed, state=FileState.CLEAN if clean else FileState.QUARANTINED)
            )
            if changed.rowcount != 1:
                raise FileGone
            if not clean:
                chores.add(connection, kind=SCAN, item=file_id, organisation=organisation, now=now)

    def find(self, file_id: str) -> StoredFile | None:
        """Look a complete file up. Raises KeyMissing or SealBroken, as all that reads does."""
        return next(iter(self._found(tables.files.c.id == file_id)), None)

    def of_draft(self, instance: str) -> dict[str, StoredFile]:
        """The complete files of the draft with this instance hash, by id, without those that cannot be opened."""
        found = {}
        for row in self._rows(tables.files.c.instance == instance):
            try:
                found[row.id] = self._stored(row)
            except (KeyMissing, SealBroken) as error:
                # Whoever fills in the form sees that it is not there, and adds it again.
                log.error("a file of a draft cannot be opened file=%s error=%s", row.id, type(error).__name__)  # noqa: TRY400 - a traceback shows values
        return found

    def of_referral(self, reference: str) -> dict[str, StoredFile]:
        """The files of a referral, by id."""
        return {each.id: each for each in self._found(tables.files.c.reference == reference)}

    def read(self, file_id: str, size: int) -> Iterator[bytes]:
        """Give the content, piece by piece. Raises FileGone."""
        return chunks.read(self._database, self._ring, file_id, size)

    def opened(self, file_id: str, size: int) -> BinaryIO:
        """Open the content to read anywhere in it; one piece is in memory at a time. Reading may raise FileGone."""
        return io.BufferedReader(chunks.Reader(self._database, self._ring, file_id, size), 64 * 1024)

    def overwrite(self, file_id: str, size: int, patches: Sequence[Patch]) -> None:
        """Write patches over the content. Raises FileGone."""
        chunks.overwrite(self._database, self._ring, file_id, size, patches)

    def forget(self, instance: str, ids: Collection[str]) -> None:
        """Delete files of a draft that was not sent."""
        table = tables.files
        with self._database.write() as connection:
            _delete(connection, table.c.instance == instance, table.c.reference.is_(None), table.c.id.in_(ids))

    def release(self, file_id: str) -> None:
        """Let a file out of quarantine."""
        with self._database.write() as connection:
            _leave_quarantine(connection, file_id, FileState.CLEAN)

    def refuse(self, file_id: str) -> None:
        """Throw the content of a file in quarantine away; what it was called stays known."""
        with self._database.write() as connection:
            if _leave_quarantine(connection, file_id, FileState.REFUSED):
                connection.execute(delete(tables.chunks).where(tables.chunks.c.file == file_id))

    def _found(self, which: ColumnElement[bool]) -> list[StoredFile]:
        return [self._stored(row) for row in self._rows(which)]

    def _rows(self, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
        table = tables.files
        wanted = select(table).where(which, table.c.complete.is_(True)).order_by(table.c.created_at, table.c.id)
        with self._database.read() as connection:
            return connection.execute(wanted).all()

    def _stored(self, row: Row[*tuple[Any, ...]]) -> StoredFile:
        known = json.loads(self._ring.open(row.sealed, table="files", row=row.id, column="sealed"))
        return StoredFile(id=row.id, size=row.size, state=FileState(row.state), **known)


def move(connection: Connection, old: str, new: str) -> None:
    """Take the files of a draft along to another instance, which must be there already; both are hashes."""
    table = tables.files
    connection.execute(update(table).where(table.c.instance == old, table.c.reference.is_(None)).values(instance=new))


def forget_with(connection: Connection, instances: Sequence[str]) -> None:
    """Delete the files of drafts that end unsent, before their instances can be deleted."""
    table = tables.files
    _delete(connection, table.c.instance.in_(instances), table.c.reference.is_(None))


def forget_left(database: Database, now: datetime, *, at_most: int = 100) -> int:
    """Delete what belongs to nothing: uploads that broke off long ago, and what was not sent with its draft."""
    table, instances = tables.files, tables.instances
    broken_off = (table.c.complete.is_(False)) & (table.c.created_at < now - BROKEN_OFF_AFTER)
    wanted = (
        select(table.c.id)
        .join(instances, instances.c.hash == table.c.instance)
        .where(table.c.reference.is_(None), or_(broken_off, instances.c.reference.is_not(None)))
        .limit(at_most)
    )
    with database.read() as connection:
        left = list(connection.scalars(wanted))
    if left:
        with database.write() as connection:
            _delete(connection, table.c.id.in_(left), table.c.reference.is_(None))
    return len(left)


def _leave_quarantine(connection: Connection, file_id: str, to: FileState) -> bool:
    table = tables.files
    changed = connection.execute(
        update(table).where(table.c.id == file_id, table.c.state == FileState.QUARANTINED).values(state=to)
    )
    return changed.rowcount == 1


def _delete(connection: Connection, *which: ColumnElement[bool]) -> None:
    table = tables.files
    ids = list(connection.scalars(select(table.c.id).where(*which).with_for_update()))
    if ids:
        connection.execute(delete(tables.chunks).where(tables.chunks.c.file.in_(ids)))
        connection.execute(delete(table).where(table.c.id.in_(ids)))
