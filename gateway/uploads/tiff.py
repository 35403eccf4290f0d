"""The directories of a TIFF file, as Exif data has them inside a photo: where the one with the position stands.

Source: TIFF 6.0, section 2; Exif 2.32, section 4.6 (the tag 0x8825 points to the directory of the position).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.uploads.looking import Look
from gateway.uploads.patching import Patch

POSITION = 0x8825
_ENTRY = 12
_MOST_ENTRIES = 1000
_MOST_DIRECTORIES = 50
_LONGEST_VALUE = 64 * 1024
# The bytes of one value, by its type.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    kind: int
    count: int
    value: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Directory:
    offset: int
    entries: tuple[_Entry, ...]
    next: int
    size: int  # less than it should be at the end of a file that was cut
    order: str


def without_position(file: Look, start: int) -> Iterator[Patch]:
    """Find what takes the position out of the TIFF data that begins at `start`; nothing where it has none."""
    for directory in _directories(file, start):
        if not any(entry.tag == POSITION for entry in directory.entries):
            continue
        yield _shortened(directory)
        for entry in directory.entries:
            if entry.tag == POSITION:
                yield from _blanked(file, start, entry.value, directory.order)


def _directories(file: Look, start: int) -> Iterator[_Directory]:
    header = file.at(start, 8)
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(header[:4])
    if order is None or len(header) < 8:
        return
    waiting, seen = [struct.unpack(f"{order}L", header[4:])[0]], set[int]()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        offset = waiting.pop()
        directory = _directory(file, start, offset, order) if offset and offset not in seen else None
        seen.add(offset)
        if directory is not None:
            yield directory
            waiting.append(directory.next)


def _directory(file: Look, start: int, offset: int, order: str) -> _Directory | None:
    counted = file.at(start + offset, 2)
    if len(counted) < 2:
        return None
    count = struct.unpack(f"{order}H", counted)[0]
    body = file.at(start + offset + 2, count * _ENTRY + 4)
    if count > _MOST_ENTRIES or len(body) < count * _ENTRY:
        return None
    following = body[count * _ENTRY :]
    return _Directory(
        offset=start + offset,
        entries=tuple(_entry(body[at : at + _ENTRY], order) for at in range(0, count * _ENTRY, _ENTRY)),
        next=struct.unpack(f"{order}L", following)[0] if len(following) == 4 else 0,
        size=2 + len(body),
        order=order,
    )


def _entry(raw: bytes, order: str) -> _Entry:
    tag, kind, count, value = struct.unpack(f"{order}HHLL", raw)
    return _Entry(tag, kind, count, value, raw)


def _shortened(directory: _Directory) -> Patch:
    """Write a directory without its pointer to the position; the bytes that this saves stand empty behind it."""
    left = [entry.raw for entry in directory.entries if entry.tag != POSITION]
    order = directory.order
    body = struct.pack(f"{order}H", len(left)) + b"".join(left) + struct.pack(f"{order}L", directory.next)
    return Patch(directory.offset, body.ljust(directory.size, b"\0")[: directory.size])


def _blanked(file: Look, start: int, offset: int, order: str) -> Iterator[Patch]:
    directory = _directory(file, start, offset, order) if offset else None
    if directory is None:
        return
    for entry in directory.entries:
        size = min(_SIZES.get(entry.kind, 1) * entry.count, _LONGEST_VALUE)
        if size > 4 and (there := len(file.at(start + entry.value, size))):
            yield Patch(start + entry.value, bytes(there))
    yield Patch(directory.offset, bytes(2 + _ENTRY * len(directory.entries)))
