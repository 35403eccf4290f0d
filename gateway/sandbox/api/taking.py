"""What every address that writes a record asks of a call: its fields, and the record that it names."""

import logging
from collections.abc import Callable, Sequence

from flask import Response, abort, request

from gateway.sandbox.api.answers import refused
from gateway.sandbox.api.arriving import read_body
from gateway.sandbox.api.bodies import FORM, JSON, BadBody, Person, decode, decode_fields
from gateway.sandbox.api.numbering import record_number
from gateway.sandbox.api.rules import Refusal
from gateway.sandbox.charity import records
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.state import current

log = logging.getLogger(__name__)


def sent_fields() -> Person:
    """Read the fields in the body; 415 and 400 for what is none."""
    return _read(decode_fields)


def sent_fields_in_a_list() -> Person:
    """Read the fields of the one object in a list, or those of a body without the list."""
    return _read(_of_one)


def _of_one(raw: bytes, content_type: str) -> Person:
    try:
        people = decode(raw, content_type).people
    except BadBody as no_list:
        try:
            return decode_fields(raw, content_type)
        except BadBody:
            raise no_list from None
    if len(people) != 1:
        raise BadBody("Send a list of one object.")
    return people[0]


def _read(read: Callable[[bytes, str], Person]) -> Person:
    raw = read_body()
    if request.mimetype not in (FORM, JSON):
        abort(415, f"Send the body as {FORM} or {JSON}.")
    try:
        return read(raw, request.mimetype)
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
        log.warning("refused: %s: %s", each.field_for_the_log, each.message)
    return refused(message, 422, problems)
