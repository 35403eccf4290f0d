"""Reads the body of an answer: all of it, decoded, within a limit; or an error, never a part."""

import zlib

from urllib3.response import BaseHTTPResponse

from gateway.charitylog.errors import BodyTooLarge, NoAnswer

MAX_BYTES = (
    8 * 1024 * 1024
)  # read or unpacked; no page documents paging, so whoever needs more than this asks for less at a time
PART_BYTES = 64 * 1024

_GZIP = zlib.MAX_WBITS | 16
_RAW_DEFLATE = -zlib.MAX_WBITS


def read_body(raw: BaseHTTPResponse, limit: int = MAX_BYTES) -> bytes:
    """Return the body decoded, or raise NoAnswer, BodyTooLarge (more than `limit` bytes) or what urllib3 raises."""
    if "content-length" in raw.headers and raw.length_remaining is None and not raw.chunked:
        raise NoAnswer("not http")  # a length that is no number: where the body ends is anybody's guess
    parts: list[bytes] = []
    size = 0
    while part := raw.read(PART_BYTES, decode_content=False):
        size += len(part)
        if size > limit:
            raise BodyTooLarge("answer too large")
        parts.append(part)
    return _decoded(b"".join(parts), raw.headers.get("content-encoding", ""), limit)


def _decoded(body: bytes, codings: str, limit: int) -> bytes:
    """Undo the codings, last applied first; urllib3 would let a cut gzip stream or an unknown coding pass."""
    if not body or not codings:
        return body
    for coding in reversed(codings.lower().split(",")):
        match coding.strip():
            case "" | "identity":
                continue
            case "gzip" | "x-gzip":
                body = _inflated(body, _GZIP, limit)
            case "deflate":
                # "deflate" means the zlib format, yet servers send the bare stream too: a zlib header gives method 8.
                body = _inflated(body, zlib.MAX_WBITS if body[:1] and body[0] & 15 == 8 else _RAW_DEFLATE, limit)
            case _:
                raise NoAnswer("answer not decodable")
    return body


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit + 1
    while body:  # a gzip stream may have several members
        stream = zlib.decompressobj(window)
        try:
            parts.append(stream.decompress(body, room))
        except zlib.error:
            if parts:
                break  # the stream was whole; what some servers leave behind it is no part of the answer
            raise NoAnswer("answer not decodable") from None
        room -= len(parts[-1])
        if room <= 0:
            raise BodyTooLarge("answer too large")
        if not stream.eof:
            raise NoAnswer("answer not decodable")
        body = stream.unused_data
    return b"".join(parts)
