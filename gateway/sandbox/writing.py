"""The imitated API at /v2: clients, relationships and referrals are made and changed.

The pages contradict each other on the verbs, so PUT and POST both do what the address says. Nothing prevents a double:
a second call makes a second record, with the same external id too, for no page describes anything that would.
"""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request

from gateway.sandbox import records
from gateway.sandbox.addresses import value
from gateway.sandbox.answers import invented, recorded, refused
from gateway.sandbox.arriving import read_body
from gateway.sandbox.bodies import FORM, JSON, BadBody, Person, decode, decode_fields
from gateway.sandbox.database import as_text
from gateway.sandbox.record_rules import (
    OF_AN_UPDATE,
    OF_DETAILS,
    Pairs,
    judge_client,
    judge_referral,
    judge_relationship,
    judge_update,
    present,
)
from gateway.sandbox.rules import Refusal
from gateway.sandbox.state import current

log = logging.getLogger(__name__)
bp = Blueprint("writing", __name__, url_prefix="/v2")


@bp.route("/clients", methods=["PUT", "POST"])
def create_client() -> Response:
    """Make a client."""
    return _create_client({})


@bp.put("/clients/external_id/<external_id>")
def create_client_by_external_id(external_id: str) -> Response:
    """Make a client that bears an id of another system."""
    return _create_client({"external_id": value(external_id)})


@bp.route("/clients/id/<int:number>", methods=["PUT", "POST"])
def update_client(number: int) -> Response:
    """Change a client, or relate it to another one."""
    fields = _fields()
    sandbox = current()
    _known_client(number)
    problems = judge_update(fields, "clients", sandbox.seeds, strict=sandbox.strict)
    relates = present(fields, "id_second")
    if relates:
        problems += judge_relationship(fields, OF_AN_UPDATE, sandbox.seeds)
    if problems:
        return _refused("The client was not changed.", problems)
    if relates:
        _relate(number, _number(fields["id_second"]), fields, OF_AN_UPDATE)
    relating = {"id_second", *(name for pair in OF_AN_UPDATE.values() for name in pair)}
    records.change_client(sandbox.database, number, {k: v for k, v in fields.items() if k not in relating})
    return invented({"success": True})


@bp.put("/relationship_details/<int:first>/<int:second>")
def relate(first: int, second: int) -> Response:
    """Relate two clients; the body is a list of one object."""
    raw = read_body()
    try:
        people = decode(raw, request.mimetype).people
    except BadBody as problem:
        return refused(str(problem), 400)
    if len(people) != 1:
        return refused("Send a list of one object.", 400)
    _known_client(first)
    problems = judge_relationship(people[0], OF_DETAILS, current().seeds)
    if problems:
        return _refused("The relationship was not made.", problems)
    _relate(first, second, people[0], OF_DETAILS)
    return invented({"success": True})


@bp.route("/referrals", methods=["PUT", "POST"])
def create_referral() -> Response:
    """Make a referral of a client."""
    fields = _fields()
    sandbox = current()
    problems = judge_referral(fields, sandbox.seeds, strict=sandbox.strict)
    if problems:
        return _refused("The referral was not made.", problems)
    client = _number(fields["client"])
    _known_client(client)
    # "Created without an outstanding action" it is marked completed, says the page; no call here makes an action yet.
    kept = {"referral_complete": "Y"} | {name: value for name, value in fields.items() if name != "client"}
    number = records.insert_referral(sandbox.database, client, kept)
    return recorded(sandbox.answers.record_shape, number)


@bp.route("/referrals/id/<int:number>", methods=["PUT", "POST"])
def update_referral(number: int) -> Response:
    """Change a referral."""
    fields = _fields()
    sandbox = current()
    problems = judge_update(fields, "referrals", sandbox.seeds, strict=sandbox.strict)
    if problems:
        return _refused("The referral was not changed.", problems)
    if not records.change_referral(sandbox.database, number, fields):
        abort(404, "There is no such referral in the sandbox.")
    return invented({"success": True})


def _create_client(given: Mapping[str, str]) -> Response:
    fields = {**_fields(), **given}
    sandbox = current()
    problems = judge_client(fields, sandbox.seeds, strict=sandbox.strict)
    if problems:
        return _refused("The client was not made.", problems)
    number = records.new_client(sandbox.database, {"type": "1"} | fields)
    return recorded(sandbox.answers.record_shape, number)


def _fields() -> Person:
    raw = read_body()
    if request.mimetype not in (FORM, JSON):
        abort(415, f"Send the body as {FORM} or {JSON}.")
    try:
        return decode_fields(raw, request.mimetype)
    except BadBody as problem:
        abort(400, str(problem))


def _known_client(number: int) -> None:
    if records.client(current().database, number) is None:
        abort(404, "There is no such client in the sandbox.")


def _number(value: object) -> int:
    text = as_text(value)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        abort(422, "The number of a client must be a whole number.")
    return int(text)


def _relate(first: int, second: int, fields: Mapping[str, Any], pairs: Pairs) -> None:
    _known_client(second)
    for kind, (there, back) in pairs.items():
        if present(fields, there):
            records.relate(current().database, first, second, kind, as_text(fields[there]))
            records.relate(current().database, second, first, kind, as_text(fields[back]))


def _refused(message: str, problems: list[Refusal]) -> Response:
    for each in problems:
        log.warning("refused: %s: %s", each.field, each.message)
    return refused(message, 422, problems)
