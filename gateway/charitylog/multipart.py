"""A file and a few short values as the pieces of a multipart body: its length is known, and it never stands whole.

Source of the format: RFC 7578. That Charitylog takes it is presumed: its pages name no media type for uploads.
"""

import mimetypes
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.charitylog.errors import NoAnswer

PIECE_BYTES = 64 * 1024  # each has a deadline of its own: small, so that a slow line is not taken for a dead one

_TYPE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/; =")


@dataclass(frozen=True)
class Upload:
    """A file to be sent: what it is called and is, its length in bytes, and its content piece by piece."""

    name: str = field(repr=False)
    media_type: str
    size: int
    pieces: Iterable[bytes] = field(repr=False)

    @classmethod
    def of(cls, path: Path | str) -> "Upload":
        """Make one of a file on disk, which is read while it is sent, so it may be larger than the memory.

        It may be sent more than once. Raises OSError where there is none, and ValueError for a directory or a device;
        sending it raises NoAnswer where the file has changed or gone by then.
        """
        path = Path(path)
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("Only an ordinary file can be sent, no directory and no device.")
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(path.name, media_type, about.st_size, _File(path))


class _File:
    """The content of a file, read anew each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece
        except OSError:
            pass  # it names the file
        else:
            return
        raise NoAnswer("file not readable")


class StreamedBody:
    """A request body that is made while it is sent; `complete` tells whether all of it was handed over."""

    def __init__(self, content_type: str, length: int, pieces: Iterator[bytes]) -> None:
        self.content_type = content_type
        self.length = length
        self.complete = False
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        """Give the pieces, once. Raises NoAnswer where they are not as long as was said."""
        left = self.length
        for piece in self._pieces:
            left -= len(piece)
            if left < 0:
                break
            yield piece
        if left:
            raise NoAnswer("file not as long as was said")
        self.complete = True

    def __repr__(self) -> str:
        return f"<StreamedBody {self.length} bytes>"


def multipart(values: Mapping[str, str], part: str, upload: Upload) -> StreamedBody:
    """Write the values first and then the file as `part`, so that who reads the stream knows them before it."""
    boundary = secrets.token_hex(16)
    head = b"".join(
        [*(_value(boundary, name, value) for name, value in values.items()), _file_head(boundary, part, upload)]
    )
    tail = f"\r\n--{boundary}--\r\n".encode()
    length = len(head) + upload.size + len(tail)
    return StreamedBody(f"multipart/form-data; boundary={boundary}", length, _pieces(head, upload, tail))


def _pieces(head: bytes, upload: Upload, tail: bytes) -> Iterator[bytes]:
    yield head
    left = upload.size
    for piece in upload.pieces:
        left -= len(piece)
        for start in range(0, len(piece), PIECE_BYTES):
            yield piece[start : start + PIECE_BYTES]
    if left:  # else the tail would make up for what is missing of the file
        raise NoAnswer("file not as long as was said")
    yield tail


def _value(boundary: str, name: str, value: str) -> bytes:
    if any(ord(letter) < ord(" ") for letter in value):
        raise ValueError(f"{name}: a value must hold no control character.")
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'.encode()


def _file_head(boundary: str, part: str, upload: Upload) -> bytes:
    media_type = upload.media_type if upload.media_type and set(upload.media_type) <= _TYPE_LETTERS else ""
    lines = [
        f"--{boundary}",
        # Not `filename*`: RFC 7578, 4.2 forbids it here, and UTF-8 as it is is what browsers send.
        f'Content-Disposition: form-data; name="{_quoted(part)}"; filename="{_quoted(upload.name)}"',
        f"Content-Type: {media_type or 'application/octet-stream'}",
        "\r\n",
    ]
    return "\r\n".join(lines).encode()


def _quoted(text: str) -> str:
    """Percent-encode what would end the quotes or the line, and a slash or backslash, which could be read as a path."""
    return "".join(
        "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "replace"))
        if letter in '"\\/' or not letter.isprintable()
        else letter
        for letter in text
    )
