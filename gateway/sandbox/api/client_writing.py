"""The imitated API at /v2: clients are made, changed and related.

The pages contradict each other on the verbs, so PUT and POST both do what the address says. Nothing prevents a double:
a second call makes a second record, with the same external id too, for no page describes anything that would.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from gateway.sandbox.api.addresses import value
from gateway.sandbox.api.answers import recorded, updated
from gateway.sandbox.api.record_rules import (
    FLAGS_OF_DETAILS,
    OF_AN_UPDATE,
    OF_DETAILS,
    RELATING,
    Pairs,
    judge_client,
    judge_client_update,
    judge_details,
    judge_relationship,
    missing,
    present,
)
from gateway.sandbox.api.taking import known_client, not_written, number, sent_fields, sent_fields_in_a_list
from gateway.sandbox.charity import records
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.state import current

bp = Blueprint("client_writing", __name__, url_prefix="/v2")


@bp.route("/clients", methods=["PUT", "POST"])
def create() -> Response:
    """Make a client."""
    return _create({})


@bp.put("/clients/external_id/<external_id>")
def create_by_external_id(external_id: str) -> Response:
    """Make a client that bears an id of another system."""
    return _create({"external_id": value(external_id)})


@bp.route("/clients/id/<int:client>", methods=["PUT", "POST"])
@bp.route("/clients/<int:client>", methods=["PUT", "POST"])
def update(client: int) -> Response:
    """Change a client, or relate it to another one."""
    fields = sent_fields()
    sandbox = current()
    known_client(client)
    problems = judge_client_update(client, fields, sandbox.seeds, strict=sandbox.strict)
    relates = any(present(fields, name) for name in RELATING)
    if relates:
        problems += [*missing(fields, ("id_second",)), *judge_relationship(fields, OF_AN_UPDATE, sandbox.seeds)]
    if problems:
        return not_written("The client was not changed.", problems)
    if relates:
        _relate(client, number(fields["id_second"], "client"), fields, OF_AN_UPDATE)
    changes = {name: each for name, each in fields.items() if name not in RELATING and name != "id"}
    records.change_client(sandbox.database, client, changes)
    return updated()


@bp.put("/relationship_details/<int:first>/<int:second>")
def relate(first: int, second: int) -> Response:
    """Relate two clients; the body is a list of one object, as shown, or its "keys in the body" alone, as said."""
    fields = sent_fields_in_a_list()
    known_client(first)
    problems = judge_relationship(fields, OF_DETAILS, current().seeds) + judge_details(fields)
    if problems:
        return not_written("The relationship was not made.", problems)
    _relate(first, second, fields, OF_DETAILS)
    details = {name: fields[name] for name in (*FLAGS_OF_DETAILS, "joint_address") if name in fields}
    records.detail(current().database, first, second, details)
    return updated()


def _create(given: Mapping[str, str]) -> Response:
    fields = {**sent_fields(), **given}
    sandbox = current()
    problems = judge_client(fields, sandbox.seeds, strict=sandbox.strict)
    if problems:
        return not_written("The client was not made.", problems)
    kept = {"type": "1"} | {name: each for name, each in fields.items() if name != "id"}
    made = records.new_client(sandbox.database, kept)
    return recorded(sandbox.answers.record_shape, made)


def _relate(first: int, second: int, fields: Mapping[str, Any], pairs: Pairs) -> None:
    known_client(second)
    said = {
        kind: (as_text(fields[there]), as_text(fields[back]))
        for kind, (there, back) in pairs.items()
        if present(fields, there)
    }
    records.relate(current().database, first, second, said)
