"""Reads a body as it came, whole or not at all."""

from flask import request
from werkzeug.exceptions import ClientDisconnected, LengthRequired, RequestEntityTooLarge

from gateway.sandbox.state import current


def read_body() -> bytes:
    """Return the exact bytes of the body, and count it if it was PUT; a body that was cut off ends the call."""
    if request.content_length is None and "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        raise LengthRequired("Send Content-Length, or the body in chunks.")
    # Not get_data(): parsing a form would use the bytes up, and the exact bytes are kept.
    raw = request.get_data(cache=True, parse_form_data=False)
    if request.content_length is None and len(raw) == request.max_content_length:
        # A body in chunks is read to the limit and no further: nobody knows what came after.
        raise RequestEntityTooLarge
    if request.content_length is not None and len(raw) != request.content_length:
        raise ClientDisconnected
    if request.method == "PUT":
        current().calls.put_body_read()
    return raw
