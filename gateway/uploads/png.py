"""The chunks of a PNG picture: those that may hold where it was taken are emptied. Source: W3C PNG, third edition."""

import zlib
from collections.abc import Iterator

from gateway.uploads.looking import Look
from gateway.uploads.patching import Patch

# Ancillary and private: every reader passes it over.
_EMPTY = b"emPt"
_LARGEST = 16 * 1024 * 1024
_TEXTS = {b"iTXt", b"zTXt", b"tEXt"}
_KEYWORDS = (b"XML:com.adobe.xmp\0", b"Raw profile type ")


def without_position(file: Look, size: int) -> Iterator[Patch]:
    """Find what empties the chunks with Exif, XMP or raw profiles."""
    at = 8
    while at + 12 <= size:
        header = file.at(at, 8)
        length, kind = int.from_bytes(header[:4], "big"), header[4:]
        if at + 12 + length > size:
            return
        told = kind in _TEXTS and file.at(at + 8, 32).startswith(_KEYWORDS)
        if length <= _LARGEST and (kind == b"eXIf" or told):
            content = _EMPTY + bytes(length)
            yield Patch(at + 4, content + zlib.crc32(content).to_bytes(4, "big"))
        at += 12 + length
