"""What a browser posted or asked for, as text that hides nothing: bytes that are no UTF-8 reach the validators.

Files are read piece by piece as they arrive. Nothing of a post ever touches the disk.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

MOST_FIELDS = 1000
MOST_BYTES = 2 * 1024 * 1024
IN_PARTS = "multipart/form-data"
_PIECE = 64 * 1024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def read_post(request: Request) -> MultiDict[str, str]:
    """Read the fields of a posted form; empty where the body is no form.

    Raises RequestEntityTooLarge past the limits. Bytes that are no UTF-8 become lone surrogates, which no field takes:
    Werkzeug would turn them into other text without a word.
    """
    if request.mimetype == IN_PARTS:
        parts = Parts(request, most_bytes=MOST_BYTES)
        for _ in parts:
            pass  # nobody asked for a file
        return parts.fields
    if request.mimetype != "application/x-www-form-urlencoded":
        return MultiDict()
    return _read(read_body(request))


def read_body(request: Request) -> bytes:
    """Read a body that is no form as it is. Raises RequestEntityTooLarge past the limit."""
    body = request.get_data(cache=False)
    request.stream.read(1)  # raises where a body of unknown length goes on beyond the limit, instead of ending there
    return body


def read_query(request: Request) -> MultiDict[str, str]:
    """Read the parameters of an address in the same way. Raises RequestEntityTooLarge."""
    return _read(request.query_string)


def _read(body: bytes) -> MultiDict[str, str]:
    if not body.isascii():
        body = _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], body)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise RequestEntityTooLarge from None
    return MultiDict(pairs)


@dataclass(slots=True, repr=False)
class FilePart:
    """A file as it arrives. What is not read of `pieces` is passed over."""

    name: str
    filename: str
    pieces: Iterator[bytes]


class Parts:
    """The parts of one post: iterate over its files; `fields` has the texts that came before, and in the end all."""

    def __init__(self, request: Request, *, most_bytes: int) -> None:
        """Take a request with a body of at most `most_bytes`."""
        # Flask's own limit is the one for forms without files.
        request.max_content_length = most_bytes
        self._request = request
        self._texts = 0
        self.read = 0
        self.fields: MultiDict[str, str] = MultiDict()

    def __iter__(self) -> Iterator[FilePart]:
        """Give the files. Raises BadRequest where the post is broken, RequestEntityTooLarge past a limit."""
        events = self._events()
        for event in events:
            if isinstance(event, Field):
                self.fields.add(event.name or "", self._text(events))
            elif isinstance(event, File):
                pieces = _pieces(events)
                yield FilePart(event.name or "", event.filename or "", pieces)
                for _ in pieces:
                    pass

    def _events(self) -> Iterator[Event]:
        boundary = self._request.mimetype_params.get("boundary", "").encode("ascii", "replace")
        if not boundary:
            return  # no form, as any other body that is none
        decoder = MultipartDecoder(boundary, MOST_BYTES, max_parts=MOST_FIELDS)
        stream: IO[bytes] = self._request.stream
        try:
            while not isinstance(event := decoder.next_event(), Epilogue):
                if isinstance(event, NeedData):
                    piece = stream.read(_PIECE)
                    self.read += len(piece)
                    decoder.receive_data(piece or None)
                else:
                    yield event
        except ValueError:
            raise BadRequest from None

    def _text(self, events: Iterator[Event]) -> str:
        content = bytearray()
        for piece in _pieces(events):
            content += piece
            self._texts += len(piece)
            if self._texts > MOST_BYTES:
                raise RequestEntityTooLarge
        return content.decode(errors="surrogateescape")


def _pieces(events: Iterator[Event]) -> Iterator[bytes]:
    for event in events:
        if isinstance(event, Data):
            if event.data:
                yield event.data
            if not event.more_data:
                return
