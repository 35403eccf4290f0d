"""What a browser posted or asked for, as text that hides nothing: bytes that are no UTF-8 reach the validators."""

import re
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

MOST_FIELDS = 1000
MOST_BYTES = 2 * 1024 * 1024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def read_post(request: Request) -> MultiDict[str, str]:
    """Read the fields of a posted form; empty where the body is no form.

    Raises RequestEntityTooLarge past the limits. Bytes that are no UTF-8 become lone surrogates, which no field takes:
    Werkzeug would turn them into other text without a word.
    """
    if request.mimetype == "multipart/form-data":
        return MultiDict(request.form)
    if request.mimetype != "application/x-www-form-urlencoded":
        return MultiDict()
    return _read(request.get_data(cache=False))


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
