"""The kinds of file that can be taken, each known by its ending and by its content: both have to agree."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO

_HEAD = 4096
_TEXT_LOOKED_AT = 256 * 1024
# The list at the end of a zip file is read whole: more than this is no letter.
_LARGEST_ZIP_LIST = 2 * 1024 * 1024
_END_OF_ZIP = struct.Struct("<4s4H2LH")
_LONGEST_ZIP_COMMENT = 65_535
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class NotThatKind(Exception):
    """The content of a file is not what its name says."""


def kind_of(file: BinaryIO, ending: str) -> str:
    """Give the media type of a file by its ending, such as pdf. Raises NotThatKind where the content is another."""
    known = _KINDS.get(ending.lower())
    if known is None:
        raise NotThatKind
    media_type, fits = known
    file.seek(0)
    if not fits(file, file.read(_HEAD)):
        raise NotThatKind
    return media_type


_Fits = Callable[[BinaryIO, bytes], bool]


def _begins(*beginnings: bytes) -> _Fits:
    return lambda _, head: head.startswith(beginnings)


def _is_pdf(_: BinaryIO, head: bytes) -> bool:
    return b"%PDF-" in head[:1024]


def _is_webp(_: BinaryIO, head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_heif(_: BinaryIO, head: bytes) -> bool:
    size = int.from_bytes(head[:4], "big")
    brands = {head[start : start + 4] for start in (8, *range(16, min(size, len(head)), 4))}
    return head[4:8] == b"ftyp" and not brands.isdisjoint(_HEIF_BRANDS)


def _is_text(file: BinaryIO, head: bytes) -> bool:
    text = head + file.read(_TEXT_LOOKED_AT - len(head))
    encoding = "utf-16" if text.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252"
    # What is no UTF-8 may still be an older Western text; what has control characters is none at all.
    decoded = text.decode(encoding, errors="replace")
    return not _CONTROLS.search(decoded)


def _office(part: str) -> _Fits:
    """Look for the part that makes a zip file a document, and for no program in it."""

    def fits(file: BinaryIO, head: bytes) -> bool:
        names = _names_in_zip(file) if head.startswith(b"PK\x03\x04") else frozenset()
        macros = any(name.endswith("vbaProject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names and not macros

    return fits


def _open_document(media_type: bytes) -> _Fits:
    # Its first part is its media type, unpacked: it stands in the open.
    return lambda _, head: head.startswith(b"PK\x03\x04") and head[30:].startswith(b"mimetype" + media_type)


class _Sparing:
    """A zip file that never gives a long list, wherever it says that one stands."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1, /) -> bytes:
        if size > _LARGEST_ZIP_LIST:
            raise zipfile.BadZipFile
        return self._file.read(_LARGEST_ZIP_LIST if size < 0 else size)


def _names_in_zip(file: BinaryIO) -> frozenset[str]:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_OF_ZIP.size - _LONGEST_ZIP_COMMENT))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END_OF_ZIP.size:
        return frozenset()
    listed = _END_OF_ZIP.unpack_from(tail, at)[5]
    if listed > _LARGEST_ZIP_LIST:
        return frozenset()
    try:
        with zipfile.ZipFile(_Sparing(file)) as opened:
            return frozenset(opened.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return frozenset()


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_OLD_OFFICE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_JPEG = ("image/jpeg", _begins(b"\xff\xd8\xff"))
_TIFF = ("image/tiff", _begins(b"II*\x00", b"MM\x00*"))
_HEIF = ("image/heic", _is_heif)

_KINDS: Mapping[str, tuple[str, _Fits]] = {
    "pdf": ("application/pdf", _is_pdf),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", _is_webp),
    "heic": _HEIF,
    "heif": _HEIF,
    "tif": _TIFF,
    "tiff": _TIFF,
    "docx": (f"{_OFFICE}wordprocessingml.document", _office("word/document.xml")),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": (f"{_OFFICE}presentationml.presentation", _office("ppt/presentation.xml")),
    "odt": (f"{_OPEN}text", _open_document(b"application/vnd.oasis.opendocument.text")),
    "ods": (f"{_OPEN}spreadsheet", _open_document(b"application/vnd.oasis.opendocument.spreadsheet")),
    "doc": ("application/msword", _OLD_OFFICE),
    "xls": ("application/vnd.ms-excel", _OLD_OFFICE),
    "rtf": ("application/rtf", _begins(b"{\\rtf")),
    "txt": ("text/plain", _is_text),
    "csv": ("text/csv", _is_text),
}

ENDINGS: Mapping[str, str] = {ending: media_type for ending, (media_type, _) in _KINDS.items()}
