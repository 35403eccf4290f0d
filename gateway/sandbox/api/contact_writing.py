"""The imitated API at /v2: contacts of a referral are made due or done, changed, and completed.

Addresses and verbs of the older pages ("API Details", 2018 and 2019) and of the newer ones ("API due contacts", 2021;
"API done contacts", 2021 and 2024) all do what the address says.
"""

from typing import Any

from flask import Blueprint, Response, abort

from gateway.sandbox.api.answers import recorded, updated
from gateway.sandbox.api.contact_rules import judge_completion, judge_contact, judge_contact_update
from gateway.sandbox.api.taking import known_referral, not_written, sent_fields
from gateway.sandbox.charity import contacts
from gateway.sandbox.charity.contacts import Contact
from gateway.sandbox.state import current

OF_THE_ADDRESS = ("id", "referral")

bp = Blueprint("contact_writing", __name__, url_prefix="/v2")


@bp.route("/due_contacts/referral/<int:referral>", methods=["PUT", "POST"])
def create_due(referral: int) -> Response:
    """Make an outstanding action of a referral."""
    return _create("due_contacts", referral)


@bp.post("/done_contacts/referral/<int:referral>")
def create_done(referral: int) -> Response:
    """Make a completed action of a referral."""
    return _create("done_contacts", referral)


@bp.route("/due_contacts/id/<int:contact>", methods=["PUT", "POST"])
@bp.route("/due_contacts/<int:contact>", methods=["PUT", "POST"])
def update_due(contact: int) -> Response:
    """Change an outstanding action."""
    fields = sent_fields()
    sandbox = current()
    with sandbox.database.transaction() as connection:
        found = contacts.find(connection, contact)
        if found is None or found.done:
            abort(404, "There is no such due contact in the sandbox.")
        problems = judge_contact_update("due_contacts", found, fields, sandbox.seeds, strict=sandbox.strict)
        if problems:
            return not_written("The contact was not changed.", problems)
        contacts.change(connection, found, _kept(fields), done=False)
    return updated()


@bp.route("/done_contacts/id/<int:contact>", methods=["PUT", "POST"])
@bp.route("/done_contacts/<int:contact>", methods=["PUT", "POST"])
def update_done(contact: int) -> Response:
    """Change a completed action, or complete an outstanding one: it keeps its number."""
    fields = sent_fields()
    sandbox = current()
    with sandbox.database.transaction() as connection:
        found = contacts.find(connection, contact)
        if found is None:
            abort(404, "There is no such contact in the sandbox.")
        problems = judge_contact_update("done_contacts", found, fields, sandbox.seeds, strict=sandbox.strict)
        if not found.done:
            problems += judge_completion(fields)
        if problems:
            return not_written("The contact was not changed.", problems)
        contacts.change(connection, found, _due_stage(found) | _kept(fields), done=True)
    return updated()


def _create(group: str, referral: int) -> Response:
    fields = sent_fields()
    sandbox = current()
    known_referral(referral)
    problems = judge_contact(group, referral, fields, sandbox.seeds, strict=sandbox.strict)
    if problems:
        return not_written("The contact was not made.", problems)
    with sandbox.database.transaction() as connection:
        made = contacts.insert(connection, referral, _kept(fields), done=group == "done_contacts")
    return recorded(sandbox.answers.record_shape, made)


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in OF_THE_ADDRESS}


def _due_stage(found: Contact) -> dict[str, Any]:
    """Remember the stage at which a contact was due: done contacts are filtered by it."""
    return {} if found.done or "stage" not in found.fields else {"due_stage": found.fields["stage"]}
