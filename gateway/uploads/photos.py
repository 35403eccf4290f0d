"""Where a photo was taken: found in it, and blanked without touching the picture or moving a byte.

A shelter's address must not travel in a photo of a letter.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from gateway.uploads import heif, png, tiff
from gateway.uploads.kinds import NotThatKind
from gateway.uploads.looking import Look
from gateway.uploads.patching import Patch

_WINDOW = 1024 * 1024
_OVERLAP = 4096
_MOST_PLACES = 1000
# Exif data begin so, in the picture itself and in others that cameras put behind it.
_EXIF = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")
_NAMES = rb"(?:GPS\w+|City|State|Country\w*|Location\w*|Sublocation|ProvinceState)"
# XMP says it as an attribute or as an element; a film behind a photo says it in an atom.
_WRITTEN = (
    re.compile(rb"\b\w+:" + _NAMES + rb"""\s*=\s*["']([^"'<>]{1,2048})["']"""),
    re.compile(rb"<\w+:" + _NAMES + rb"[^<>]{0,200}>([^<>]{1,2048})</"),
    re.compile(rb"\xa9xyz.{4}([+-][0-9.]+[+-][0-9.+/-]{1,40})", re.DOTALL),
)


def positions(file: BinaryIO, media_type: str) -> list[Patch]:
    """Find what has to be written over a photo so that it no longer says where it was taken; nothing for other files.

    The patches stand in the order in which they have to be written. Raises NotThatKind where there are so many as in no
    photo.
    """
    if not media_type.startswith("image/"):
        return []
    size = file.seek(0, io.SEEK_END)
    parts = Look.all_through(file, size)
    if media_type == "image/png":
        return list(png.without_position(parts, size))
    starts = {0} if media_type == "image/tiff" else set[int]()
    if media_type == "image/heic":
        starts.update(heif.exif_of(parts, size))
    if media_type == "image/webp":
        starts.update(_webp(parts, size))
    written = []
    for offset, window in _windows(file, size):
        starts.update(offset + found.end() for found in _EXIF.finditer(window))
        written += [
            Patch(offset + found.start(1), b" " * len(found[1])) for each in _WRITTEN for found in each.finditer(window)
        ]
        if len(starts) + len(written) > _MOST_PLACES:
            raise NotThatKind
    look = Look(file)
    return [*written, *(patch for start in sorted(starts) for patch in tiff.without_position(look, start))]


def _windows(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    """Give the file piece by piece; the pieces overlap, so that nothing is missed between two of them."""
    for offset in range(0, size, _WINDOW - _OVERLAP):
        file.seek(offset)
        yield offset, file.read(_WINDOW)


def _webp(file: Look, size: int) -> Iterator[int]:
    at = 12
    while at + 8 <= size:
        header = file.at(at, 8)
        if header[:4] == b"EXIF":
            yield at + 8
        at += 8 + int.from_bytes(header[4:8], "little") + int.from_bytes(header[4:8], "little") % 2
