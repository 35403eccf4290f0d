"""The content of a file in pieces of one size, each sealed for its own place: no file ever stands whole in memory.

Every piece has a transaction of its own, so that nothing is open while the next one comes over the network.
"""

import io
from collections.abc import Iterator, Sequence

from sqlalchemy import insert, select, update

from gateway.keys import KeyRing
from gateway.store import tables
from gateway.store.database import Database
from gateway.uploads.patching import Patch

CHUNK_BYTES = 1024 * 1024


class FileGone(Exception):
    """The file, or what it belonged to, is no longer there."""


class Writer:
    """Takes the content of a file as it arrives."""

    def __init__(self, database: Database, ring: KeyRing, file: str) -> None:
        self._database = database
        self._ring = ring
        self._file = file
        self._held = bytearray()
        self._number = 0
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes. Raises FileGone."""
        self._held += data
        self.size += len(data)
        while len(self._held) > CHUNK_BYTES:  # never all of it: the last piece has to be known as the last
            self._store(CHUNK_BYTES, last=False)

    def close(self) -> None:
        """Store what is left. Raises FileGone."""
        self._store(len(self._held), last=True)

    def _store(self, length: int, *, last: bool) -> None:
        with memoryview(self._held) as held:
            sealed = _seal(self._ring, bytes(held[:length]), self._file, self._number, last=last)
        del self._held[:length]
        with self._database.write() as connection:
            file = tables.files.c
            begun = connection.execute(
                update(tables.files)
                .where(file.id == self._file, file.complete.is_(False))
                .values(size=file.size + length)
            )
            if begun.rowcount != 1:
                raise FileGone
            connection.execute(insert(tables.chunks).values(file=self._file, number=self._number, sealed=sealed))
        self._number += 1


class Reader(io.RawIOBase):
    """A file as something to read and to seek in; one piece of it is open at a time. Reading may raise FileGone."""

    def __init__(self, database: Database, ring: KeyRing, file: str, size: int) -> None:
        self._source = (database, ring, file)
        self._size = size
        self._at = 0
        self._number = -1
        self._piece = b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read anywhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place, counted from the start, from here or from the end."""
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset)
        return self._at

    def tell(self) -> int:
        """Say where reading goes on."""
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        """Read up to the end of the piece that the place is in."""
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, CHUNK_BYTES)
        if number != self._number:
            self._piece = _load(*self._source, number, last=number == _last(self._size))
            self._number = number
        part = self._piece[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def read(database: Database, ring: KeyRing, file: str, size: int) -> Iterator[bytes]:
    """Give the content of a file, piece by piece. Raises FileGone, KeyMissing or SealBroken."""
    for number in range(_last(size) + 1):
        yield _load(database, ring, file, number, last=number == _last(size))


def overwrite(database: Database, ring: KeyRing, file: str, size: int, patches: Sequence[Patch]) -> None:
    """Write patches over a file, in their order; its size stays as it is. Raises FileGone."""
    by_piece: dict[int, list[Patch]] = {}
    for patch in patches:
        end = min(patch.offset + len(patch.data), size)
        for number in range(patch.offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES + 1):
            by_piece.setdefault(number, []).append(patch)
    for number, theirs in by_piece.items():
        last = number == _last(size)
        piece = bytearray(_load(database, ring, file, number, last=last))
        for patch in theirs:
            _lay(piece, number * CHUNK_BYTES, patch)
        sealed = _seal(ring, bytes(piece), file, number, last=last)
        chunk = tables.chunks.c
        with database.write() as connection:
            changed = connection.execute(
                update(tables.chunks).where(chunk.file == file, chunk.number == number).values(sealed=sealed)
            )
            if changed.rowcount != 1:
                raise FileGone


def places(file: str, number: int) -> tuple[str, str]:
    """Name the two places that a piece can be sealed for: as one with more behind it, and as the last one."""
    return _place(file, number, last=False), _place(file, number, last=True)


def _lay(piece: bytearray, start: int, patch: Patch) -> None:
    low = max(patch.offset, start)
    high = min(patch.offset + len(patch.data), start + len(piece))
    piece[low - start : high - start] = patch.data[low - patch.offset : high - patch.offset]


def _last(size: int) -> int:
    return max(0, size - 1) // CHUNK_BYTES


def _load(database: Database, ring: KeyRing, file: str, number: int, *, last: bool) -> bytes:
    chunk = tables.chunks.c
    with database.read() as connection:
        sealed = connection.scalar(select(chunk.sealed).where(chunk.file == file, chunk.number == number))
    if sealed is None:
        raise FileGone
    return ring.open(sealed, table="chunks", row=_place(file, number, last=last), column="sealed")


def _seal(ring: KeyRing, plain: bytes, file: str, number: int, *, last: bool) -> bytes:
    return ring.seal(plain, table="chunks", row=_place(file, number, last=last), column="sealed")


def _place(file: str, number: int, *, last: bool) -> str:
    # The end is sealed too: a file that lost its last pieces does not open as a shorter one.
    return f"{file} {number} {'last' if last else 'more'}"
