"""Sealing again: what another key than the first one sealed is opened and sealed anew, in small steps while serving.

A step reads some rows, seals them without a transaction, and writes those that nobody changed meanwhile, together with
the place where the next step goes on: broken off anywhere, nothing is lost, and the next run goes on from there. The
inner seals of drafts and saved forms stay as they are: nobody here could open them.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from gateway.keys import HEAD_BYTES, ID_AT, ID_BYTES, KeyMissing, KeyRing, SealBroken
from gateway.store import chunks, people_tables, tables
from gateway.store.database import Database

_PROGRESS = "sealing again"
Place = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class _Kind:
    """The sealed values of one table: for which place each was sealed, and whom it is about."""

    table: Table
    places: Callable[[Row[Any]], Sequence[str]]
    about: ColumnElement[Any]
    at_once: int = 1000

    @property
    def key(self) -> list[ColumnElement[Any]]:
        return list(self.table.primary_key.columns)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that cannot be opened: its table, the reference or else the row it belongs to, and why."""

    table: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: how many values it sealed again, and which it could not open."""

    table: str
    sealed: int
    unreadable: Sequence[Unreadable]


_file_reference = (
    select(func.coalesce(tables.files.c.reference, tables.files.c.id))
    .where(tables.files.c.id == tables.chunks.c.file)
    .scalar_subquery()
)
KINDS = (
    _Kind(tables.referrals, lambda row: [row.reference], tables.referrals.c.reference),
    _Kind(tables.payloads, lambda row: [f"{row.reference}/{row.version}"], tables.payloads.c.reference),
    _Kind(tables.attempts, lambda row: [str(row.id)], tables.attempts.c.reference),
    _Kind(tables.drafts, lambda row: [row.instance], tables.drafts.c.instance),
    _Kind(tables.saved, lambda row: [row.hash], tables.saved.c.hash),
    _Kind(tables.mails, lambda row: [row.id], func.coalesce(tables.mails.c.reference, tables.mails.c.id)),
    _Kind(tables.files, lambda row: [row.id], func.coalesce(tables.files.c.reference, tables.files.c.id)),
    _Kind(people_tables.accounts, lambda row: [row.id], people_tables.accounts.c.id),
    _Kind(people_tables.agencies, lambda row: [row.id], people_tables.agencies.c.id),
    _Kind(people_tables.agency_drafts, lambda row: [row.instance], people_tables.agency_drafts.c.instance),
    _Kind(people_tables.own_references, lambda row: [row.reference], people_tables.own_references.c.reference),
    # A megabyte each: few at once, or they fill the memory.
    _Kind(tables.chunks, lambda row: chunks.places(row.file, row.number), _file_reference, at_once=4),
)


def in_use(database: Database) -> dict[str, dict[str, int]]:
    """Count the sealed values of each table by the id of their key, as `KeyRing.ids` has it."""
    found: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        key_id = _key_id(kind)
        wanted = select(key_id, func.count()).where(kind.table.c.sealed.is_not(None)).group_by(key_id)
        with database.read() as connection:
            found[kind.table.name] = {bytes(key).hex(): count for key, count in connection.execute(wanted)}
    return found


def steps(database: Database, ring: KeyRing, *, batch: int, now: Callable[[], datetime]) -> Iterator[Step]:
    """Go once through every table, from where the last run was broken off; at most `batch` values a step.

    What somebody changed meanwhile is left as it is: count by `in_use` at the end, and go through once more.
    """
    first, place = _where_it_goes_on(database, ring)
    names = [kind.table.name for kind in KINDS]
    for kind in KINDS[names.index(first) :]:
        while rows := _stale(database, ring, kind, place, min(batch, kind.at_once)):
            place = [rows[-1]._mapping[column.name] for column in kind.table.primary_key.columns]
            yield _step(database, ring, kind, rows, place, now())
        place = None
    with database.write() as connection:
        connection.execute(delete(tables.progress).where(tables.progress.c.name == _PROGRESS))


def _step(
    database: Database, ring: KeyRing, kind: _Kind, rows: Sequence[Row[Any]], place: Place, now: datetime
) -> Step:
    fresh: list[dict[str, object]] = []
    unreadable: list[Unreadable] = []
    for row in rows:
        try:
            sealed = _sealed_again(ring, kind, row)
        except (KeyMissing, SealBroken) as error:
            reason = "its key is not in GATEWAY_KEYS" if isinstance(error, KeyMissing) else "it was changed or moved"
            unreadable.append(Unreadable(kind.table.name, row.about, reason))
            continue
        key = {f"at_{column.name}": row._mapping[column.name] for column in kind.table.primary_key.columns}
        fresh.append({**key, "head": row.sealed[:HEAD_BYTES], "fresh": sealed})
    with database.write() as connection:
        written = sum(connection.execute(_replace(kind), each).rowcount for each in fresh)
        _go_on_at(connection, ring, kind, place, now)
    return Step(kind.table.name, written, unreadable)


def _sealed_again(ring: KeyRing, kind: _Kind, row: Row[Any]) -> bytes:
    broken: SealBroken | None = None
    for place in kind.places(row):
        try:
            plain = ring.open(row.sealed, table=kind.table.name, row=place, column="sealed")
        except SealBroken as error:
            broken = error
            continue
        return ring.seal(plain, table=kind.table.name, row=place, column="sealed")
    raise broken or SealBroken(f"{kind.table.name}.sealed belongs nowhere")


def _stale(database: Database, ring: KeyRing, kind: _Kind, place: Place | None, limit: int) -> Sequence[Row[Any]]:
    """Read rows that another key than the first one sealed, behind a place."""
    wanted: Select[Any] = (
        select(*kind.key, kind.table.c.sealed, kind.about.label("about"))
        .where(kind.table.c.sealed.is_not(None), _key_id(kind) != literal(bytes.fromhex(ring.ids[0]), LargeBinary))
        .order_by(*kind.key)
        .limit(limit)
    )
    if place is not None:
        wanted = wanted.where(tuple_(*kind.key) > tuple_(*(literal(each) for each in place)))
    with database.read() as connection:
        return connection.execute(wanted).all()


def _replace(kind: _Kind) -> Any:  # noqa: ANN401 - an UPDATE, whose own type says nothing more
    # The head holds the nonce, which is never the same twice: it tells whether this is still the value that was read.
    head = func.substr(kind.table.c.sealed, 1, HEAD_BYTES, type_=LargeBinary)
    mine = [column == bindparam(f"at_{column.name}") for column in kind.table.primary_key.columns]
    same = select(*kind.key).where(*mine, head == bindparam("head", type_=LargeBinary)).correlate(None)
    return (
        update(kind.table)
        # What a worker has in hand waits for the next run: two who wait for each other would both come to grief.
        .where(*mine, tuple_(*kind.key).in_(same.with_for_update(skip_locked=True)))
        .values(sealed=bindparam("fresh", type_=LargeBinary))
    )


def _key_id(kind: _Kind) -> ColumnElement[bytes]:
    return func.substr(kind.table.c.sealed, ID_AT, ID_BYTES, type_=LargeBinary)


def _where_it_goes_on(database: Database, ring: KeyRing) -> tuple[str, Place | None]:
    table = tables.progress
    with database.read() as connection:
        found = connection.scalar(select(table.c.place).where(table.c.name == _PROGRESS))
    key, name, *place = json.loads(found) if found else (None, "")
    # Broken off with another key in front: it begins again.
    return (name, place) if key == ring.ids[0] else (KINDS[0].table.name, None)


def _go_on_at(connection: Connection, ring: KeyRing, kind: _Kind, place: Place, now: datetime) -> None:
    table = tables.progress
    values = {"place": json.dumps([ring.ids[0], kind.table.name, *place]), "updated_at": now}
    if not connection.execute(update(table).where(table.c.name == _PROGRESS).values(**values)).rowcount:
        connection.execute(insert(table).values(name=_PROGRESS, **values))
