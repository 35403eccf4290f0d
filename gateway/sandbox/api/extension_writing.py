"""The imitated API at /v2: records of extension databases are made (PUT) and changed (POST), as in "API Details".

That a record needs its referral is invented: each example has one, and no page says which fields are needed.
"""

from typing import Any

from flask import Blueprint, Response, abort

from gateway.sandbox.api.addresses import value
from gateway.sandbox.api.answers import recorded, updated
from gateway.sandbox.api.record_rules import emptied, judge_extension, missing, other_than_said, present
from gateway.sandbox.api.taking import known_referral, not_written, number, sent_fields
from gateway.sandbox.charity import extension
from gateway.sandbox.charity.extension import DATABASES, ExtensionDatabase
from gateway.sandbox.state import current

bp = Blueprint("extension_writing", __name__, url_prefix="/v2/extension_database")


@bp.put("/<name>")
def create(name: str) -> Response:
    """Make a record."""
    known, fields = _known(name), sent_fields()
    sandbox = current()
    problems = [
        *missing(fields, ("referral",)),
        *judge_extension(known, fields, sandbox.seeds, strict=sandbox.strict),
    ]
    if problems:
        return not_written("The record was not made.", problems)
    referral = known_referral(number(fields["referral"], "referral"))
    made = extension.insert(sandbox.database, known.number, referral, _kept(fields))
    return recorded(sandbox.answers.record_shape, made)


@bp.post("/<name>/id/<int:record>")
def update(name: str, record: int) -> Response:
    """Change a record."""
    known, fields = _known(name), sent_fields()
    sandbox = current()
    if extension.find(sandbox.database, known.number, record) is None:
        abort(404, "There is no such record in this extension database of the sandbox.")
    problems = [
        *emptied(fields, ("referral",)),
        *other_than_said(fields, {"id": record}),
        *judge_extension(known, fields, sandbox.seeds, strict=sandbox.strict),
    ]
    if problems:
        return not_written("The record was not changed.", problems)
    referral = known_referral(number(fields["referral"], "referral")) if present(fields, "referral") else None
    extension.change(sandbox.database, record, _kept(fields), referral)
    return updated()


def _known(name: str) -> ExtensionDatabase:
    known = DATABASES.get(value(name))
    if known is None:
        abort(404, "There is no such extension database in the sandbox.")
    return known


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in fields.items() if name not in ("id", "referral")}
