"""The imitated API at /v2: referrals are made and changed, by PUT or POST, for the pages contradict each other."""

from flask import Blueprint, Response

from gateway.sandbox.api.answers import recorded, updated
from gateway.sandbox.api.record_rules import judge_referral, judge_referral_update, present
from gateway.sandbox.api.taking import known_client, known_referral, not_written, number, sent_fields
from gateway.sandbox.charity import records
from gateway.sandbox.state import current

bp = Blueprint("referral_writing", __name__, url_prefix="/v2")


@bp.route("/referrals", methods=["PUT", "POST"])
def create() -> Response:
    """Make a referral of a client."""
    fields = sent_fields()
    sandbox = current()
    problems = judge_referral(fields, sandbox.seeds, strict=sandbox.strict)
    if problems:
        return not_written("The referral was not made.", problems)
    client = known_client(number(fields["client"], "client"))
    # "Created without an outstanding action" it is marked completed, says the page; actions come by calls of their own.
    kept = {"referral_complete": "Y"} | {name: value for name, value in fields.items() if name not in ("id", "client")}
    return recorded(sandbox.answers.record_shape, records.insert_referral(sandbox.database, client, kept))


@bp.route("/referrals/id/<int:referral>", methods=["PUT", "POST"])
@bp.route("/referrals/<int:referral>", methods=["PUT", "POST"])
def update(referral: int) -> Response:
    """Change a referral."""
    fields = sent_fields()
    sandbox = current()
    problems = judge_referral_update(referral, fields, sandbox.seeds, strict=sandbox.strict)
    if problems:
        return not_written("The referral was not changed.", problems)
    known_referral(referral)
    client = known_client(number(fields["client"], "client")) if present(fields, "client") else None
    changes = {name: value for name, value in fields.items() if name not in ("id", "client")}
    records.change_referral(sandbox.database, referral, changes, client)
    return updated()
