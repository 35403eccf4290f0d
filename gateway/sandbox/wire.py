"""Answers as bytes on a connection, and the one way to end a connection without an answer."""

from email.utils import formatdate
from http import HTTPStatus

from werkzeug.wrappers import Response

BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class HangUp(Exception):
    """End the connection now; whatever was to be sent has been sent."""


def render(answer: Response, *, close: bool) -> bytes:
    """Write a whole answer as HTTP/1.1 bytes, in one piece so that no packet waits for another."""
    body = answer.get_data()
    headers = [("Date", formatdate(usegmt=True)), *answer.headers.items()]
    if "Content-Length" not in answer.headers and answer.status_code not in BODILESS:
        headers.append(("Content-Length", str(len(body))))
    if close:
        headers.append(("Connection", "close"))
    head = f"HTTP/1.1 {answer.status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("latin-1") + b"\r\n" + body
