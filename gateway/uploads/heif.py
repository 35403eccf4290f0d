"""The boxes of a HEIC photo: where its Exif data stand.

Source: ISO/IEC 14496-12 (boxes; iinf, infe, iloc, idat) and 23008-12, annex A (the item of type Exif).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.uploads.looking import Look

_MOST_BOXES = 10_000
_LARGEST_META = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    begins: int  # of its content
    ends: int


@dataclass(slots=True)
class _Reader:
    """Reads numbers one after the other; past the end they are nought."""

    data: bytes
    at: int = 0

    def number(self, size: int) -> int:
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")


def exif_of(file: Look, size: int) -> Iterator[int]:
    """Give the offsets at which TIFF data begin, for every item of type Exif."""
    for meta in (box for box in _boxes(file, 0, size) if box.kind == b"meta"):
        if meta.ends - meta.begins > _LARGEST_META:
            continue
        inside = {box.kind: box for box in _boxes(file, meta.begins + 4, meta.ends)}
        if b"iinf" not in inside or b"iloc" not in inside:
            continue
        wanted = set(_exif_items(file, inside[b"iinf"]))
        iloc = inside[b"iloc"]
        data_begin = inside[b"idat"].begins if b"idat" in inside else 0
        for item, offset in _places(file.at(iloc.begins, iloc.ends - iloc.begins), data_begin):
            if item in wanted:
                # Four bytes say how far behind them the TIFF header begins.
                skipped = int.from_bytes(file.at(offset, 4), "big")
                yield offset + 4 + skipped


def _boxes(file: Look, at: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        header = file.at(at, 16)
        if at + 8 > end or len(header) < 8:
            return
        size, begins = int.from_bytes(header[:4], "big"), at + 8
        if size == 1:
            size, begins = int.from_bytes(header[8:16], "big"), at + 16
        ends = end if size == 0 else at + size
        if ends < begins or ends > end:
            return
        yield _Box(header[4:8], begins, ends)
        at = ends


def _exif_items(file: Look, iinf: _Box) -> Iterator[int]:
    version = file.at(iinf.begins, 1)
    entries = iinf.begins + (6 if version == b"\0" else 8)
    for box in _boxes(file, entries, iinf.ends):
        info = _Reader(file.at(box.begins, min(box.ends - box.begins, 64)))
        version_of_info = info.number(1)
        info.number(3)
        item = info.number(2 if version_of_info < 3 else 4)
        info.number(2)
        if box.kind == b"infe" and info.data[info.at : info.at + 4] == b"Exif":
            yield item


def _places(iloc: bytes, data_begin: int) -> Iterator[tuple[int, int]]:
    reader = _Reader(iloc)
    version = reader.number(1)
    reader.number(3)
    sizes = reader.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    for _ in range(min(reader.number(2 if version < 2 else 4), _MOST_BOXES)):
        item = reader.number(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)
        base = reader.number(base_size)
        extents = reader.number(2)
        if not extents:
            continue
        reader.number(index_size)
        offset = base + reader.number(offset_size)
        reader.number(length_size)
        reader.at += (extents - 1) * (index_size + offset_size + length_size)  # Exif data stand in the first one
        if method in {0, 1}:
            yield item, offset + (data_begin if method else 0)
