"""What every address that writes a record asks of a call: its fields, and the record that it names."""

import logging
from collections.abc import Sequence

from flask import Response, abort, request

from gateway.sandbox import records
from gateway.sandbox.answers import refused
from gateway.sandbox.arriving import read_body
from gateway.sandbox.bodies import FORM, JSON, BadBody, Person, decode_fields
from gateway.sandbox.database import as_text
from gateway.sandbox.numbering import record_number
from gateway.sandbox.rules import Refusal
from gateway.sandbox.state import current

log = logging.getLogger(__name__)


def sent_fields() -> Person:
    """Read the fields in the body; 415 and 400 for what is none."""
    raw = read_body()
    if request.mimetype not in (FORM, JSON):
        abort(415, f"Send the body as {FORM} or {JSON}.")
    try:
        return decode_fields(raw, request.mimetype)
    except BadBody as problem:
        abort(400, str(problem))


def number(value: object, kind: str) -> int:
    """Read the number of a record of this kind; 422 for what is none."""
    try:
        return record_number(as_text(value))
    except ValueError:
        abort(422, f"The number of a {kind} must be a whole number.")


def known_client(number: int) -> int:
    """Return the number of a client that is there; 404 for others."""
    if records.client(current().database, number) is None:
        abort(404, "There is no such client in the sandbox.")
    return number


def known_referral(number: int) -> int:
    """Return the number of a referral that is there; 404 for others."""
    if not records.has_referral(current().database, number):
        abort(404, "There is no such referral in the sandbox.")
    return number


def not_written(message: str, problems: Sequence[Refusal]) -> Response:
    """Answer that nothing was written, and say on the log what was wrong, without a value."""
    for each in problems:
        log.warning("refused: %s: %s", each.field, each.message)
    return refused(message, 422, problems)
