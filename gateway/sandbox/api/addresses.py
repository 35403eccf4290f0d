"""Lets /v2 see an address as it was written: a slash or a semicolon in a value is never taken for a mark.

Two slips of the vendor's pages mean what they mean there: an address without /v2, and the plural external_referrals.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import abort

from gateway.sandbox.api.calls import GROUPS, is_api

# An escape of one of these means the same as the character itself, in a fixed word too (RFC 3986, 2.3).
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_PLURAL = re.compile("^/v2/external_referrals(?=/|$)")  # in the lists of groups of "API Details" (2019), "API Entities"
_KEYS = ("HTTP_SOURCE", "HTTP_ORG", "HTTP_USER")


class RawAddresses:
    """WSGI middleware: a server decodes the path before it is split; for /v2 this puts the undecoded one back."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        without_v2 = _lacks_v2(environ)
        if without_v2 or is_api(environ["PATH_INFO"]):
            path = _path(environ["REQUEST_URI"])
            environ["PATH_INFO"] = _PLURAL.sub("/v2/external_referral", f"/v2{path}" if without_v2 else path)
        return self._inner(environ, start_response)


def value(segment: str) -> str:
    """Decode one value of a raw path as UTF-8, or answer 400."""
    if _BAD_ESCAPE.search(segment):
        abort(400, "The address holds a % that is no escape. Write a percent sign as %25.")
    try:
        return unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        abort(400, "The address holds bytes that are not UTF-8. Encode each value as UTF-8, then percent-encode it.")


def values(segment: str) -> list[str]:
    """Split a segment on its raw semicolons, then decode each value: `1;3` is two, `1%3B3` is one."""
    return [value(each) for each in segment.split(";")]


def _lacks_v2(environ: WSGIEnvironment) -> bool:
    """Is a group called with keys but without /v2, as in an example of "API Details"? Who wants a page has no keys."""
    first = environ["PATH_INFO"].strip("/").partition("/")[0]
    return first in GROUPS and any(key in environ for key in _KEYS)


def _path(uri: str) -> str:
    path = uri.partition("?")[0] if uri.startswith("/") else urlsplit(uri).path
    ascii_only = _NOT_ASCII.sub(lambda found: f"%{ord(found[0]):02X}", path)  # one character for each byte: latin-1
    return _ESCAPE.sub(_plain, ascii_only)


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0]
