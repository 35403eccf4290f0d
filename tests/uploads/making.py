"""Photos made byte by byte, that say where they were taken."""

import struct
import zlib
from collections.abc import Iterable

from gateway.uploads.patching import Patch

LATITUDE = b"\x33\x00\x00\x00\x01\x00\x00\x00\x1e\x00\x00\x00\x01\x00\x00\x00\x39\x05\x00\x00\x64\x00\x00\x00"
XMP = (
    b'<x:xmpmeta><rdf:Description exif:GPSLatitude="51,30.1234N" dc:title="A letter">'
    b"<exif:GPSLongitude>0,7.5678W</exif:GPSLongitude><photoshop:City>Sampleton</photoshop:City></rdf:Description>"
)
PLACES = (LATITUDE, b"51,30.1234N", b"0,7.5678W", b"Sampleton")


def tiff(order: str = "<") -> bytes:
    """A picture's Exif data: orientation, a pointer to the position, the camera's name, and the position."""
    begins = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}L", 8)
    entries = [
        struct.pack(f"{order}HHLHH", 0x0112, 3, 1, 6, 0),
        struct.pack(f"{order}HHLL", 0x8825, 4, 1, 8 + 2 + 36 + 4),
        struct.pack(f"{order}HHL4s", 0x010F, 2, 4, b"Cam\0"),
    ]
    first = struct.pack(f"{order}H", 3) + b"".join(entries) + bytes(4)
    gps = [
        struct.pack(f"{order}HHL4s", 1, 2, 2, b"N\0\0\0"),
        struct.pack(f"{order}HHLL", 2, 5, 3, 8 + len(first) + 2 + 24 + 4),
    ]
    return begins + first + struct.pack(f"{order}H", 2) + b"".join(gps) + bytes(4) + LATITUDE


def tiff_with_many_positions() -> bytes:
    """Make TIFF data that point a thousand times to one directory, and from there to long values."""

    def directory(tag: int, count: int, value: int) -> bytes:
        return struct.pack("<H", 1000) + struct.pack("<HHLL", tag, 1, count, value) * 1000 + bytes(4)

    first = b"II*\0" + struct.pack("<L", 8) + directory(0x8825, 1, 20_000)
    return first.ljust(20_000, b"\0") + directory(1, 65_536, 40_000).ljust(100_000, b"\0")


def jpeg(order: str = "<") -> bytes:
    """A JPEG with Exif data, XMP, and a second picture behind the first."""

    def segment(marker: int, content: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content

    picture = (
        b"\xff\xd8"
        + segment(0xE1, b"Exif\0\0" + tiff(order))
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        + b"\xff\xda\x00\x02pixels\xff\xd9"
    )
    return picture + picture


def png() -> bytes:
    """A PNG with Exif data and XMP."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"eXIf", tiff())
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        + chunk(b"tEXt", b"Title\0A letter")
        + chunk(b"IDAT", zlib.compress(b"\0\x7f"))
        + chunk(b"IEND", b"")
    )


def webp() -> bytes:
    """A WebP with Exif data and XMP."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("<L", len(content)) + content + b"\0" * (len(content) % 2)

    body = b"WEBP" + chunk(b"VP8X", bytes(10)) + chunk(b"EXIF", tiff()) + chunk(b"XMP ", XMP)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def heic(*, version: int = 1, in_idat: bool = False) -> bytes:
    """A HEIC whose Exif item stands behind the boxes, or inside them."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", 8 + len(content)) + kind + content

    exif = struct.pack(">L", 0) + tiff()
    infe = box(b"infe", struct.pack(">B3xHH", 2, 1, 0) + b"Exif\0")
    iinf = box(b"iinf", struct.pack(">B3xH", 0, 1) + infe)

    def iloc(offset: int) -> bytes:
        method = struct.pack(">H", int(in_idat)) if version else b""
        item = struct.pack(">H", 1) + method + struct.pack(">HHLL", 0, 1, offset, len(exif))
        return box(b"iloc", struct.pack(">B3xBBH", version, 0x44, 0, 1) + item)

    idat = box(b"idat", exif) if in_idat else b""
    begins = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    before = len(begins) + 8 + 4 + len(iinf) + len(iloc(0)) + len(idat) + 8
    meta = box(b"meta", bytes(4) + iinf + iloc(0 if in_idat else before) + idat)
    return begins + meta + box(b"mdat", b"" if in_idat else exif)


def patched(content: bytes, patches: Iterable[Patch]) -> bytes:
    """Write patches over a file."""
    changed = bytearray(content)
    for patch in patches:
        changed[patch.offset : patch.offset + len(patch.data)] = patch.data
    return bytes(changed)
