"""An answer as a value, and the body it is read from."""

import gzip
import zlib

import pytest
from urllib3.response import HTTPResponse

from gateway.charitylog import Answer, BodyTooLarge, NoAnswer, NotJson
from gateway.charitylog.body import read_body

TEXT = b'{"7": "Carers project"}' * 50
BARE = zlib.compressobj(wbits=-15)
BARE_TEXT = BARE.compress(TEXT) + BARE.flush()


def packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def raw(body: bytes, coding: str = "") -> HTTPResponse:
    headers = {"Content-Length": str(len(body))} | ({"Content-Encoding": coding} if coding else {})
    return HTTPResponse(body=_Stream(body), headers=headers, status=200, preload_content=False)  # type: ignore[arg-type]


class _Stream:
    """The least of a file."""

    closed = False

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int) -> bytes:
        part, self._content = self._content[:size], self._content[size:]
        return part

    def close(self) -> None:
        self.closed = True


def test_json_reads_the_body() -> None:
    assert Answer(200, {}, '{"7": "Siân"}'.encode(), 0.1).json() == {"7": "Siân"}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": NaN}', b"\xff\xff", b"[" * 100_000])
def test_what_is_not_json_is_told_without_the_body(body: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        Answer(200, {}, body, 0.1).json()

    assert str(caught.value) == "the answer is not JSON"
    assert caught.value.__context__ is None  # that of the parser holds the whole body


def test_an_answer_is_shown_by_status_and_length_only() -> None:
    assert repr(Answer(500, {"Secret": "header"}, b"secret body", 0.1)) == "<Answer 500, 11 bytes>"


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (packed(TEXT), "gzip"),
        (packed(TEXT), "X-GZIP"),
        (packed(TEXT[:20]) + packed(TEXT[20:]), "gzip"),
        (packed(TEXT) + b"padding", "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (BARE_TEXT, "deflate"),
        (packed(zlib.compress(TEXT)), "deflate, gzip"),
    ],
)
def test_a_body_is_decoded(body: bytes, coding: str) -> None:
    assert read_body(raw(body, coding)) == TEXT


def test_an_empty_body_needs_no_decoding() -> None:
    assert read_body(raw(b"", "gzip")) == b""
    assert read_body(raw(packed(b""), "deflate, gzip")) == b""


@pytest.mark.parametrize(
    ("body", "coding"),
    [(b"plain", "gzip"), (packed(TEXT)[:-1], "gzip"), (zlib.compress(TEXT)[:-9], "deflate"), (TEXT, "br")],
)
def test_a_body_that_cannot_be_decoded_whole_is_no_answer(body: bytes, coding: str) -> None:
    with pytest.raises(NoAnswer, match="answer not decodable"):
        read_body(raw(body, coding))


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_too_large() -> None:
    assert read_body(raw(b"x" * 100), limit=100) == b"x" * 100
    with pytest.raises(BodyTooLarge):
        read_body(raw(b"x" * 101), limit=100)


def test_the_limit_holds_for_what_is_unpacked_too() -> None:
    assert read_body(raw(packed(b"x" * 100), "gzip"), limit=100) == b"x" * 100
    with pytest.raises(BodyTooLarge):
        read_body(raw(packed(b"x" * 101), "gzip"), limit=100)
