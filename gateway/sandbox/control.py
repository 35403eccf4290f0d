"""/_sandbox: what a test or a developer asks of the sandbox itself. No keys: none of it imitates anything."""

import base64
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from gateway.sandbox.api.answers import invented
from gateway.sandbox.charity import contacts, extension, keeping, records
from gateway.sandbox.charity.contacts import Contact
from gateway.sandbox.charity.extension import Record
from gateway.sandbox.faults import parse_fault
from gateway.sandbox.manager.staging import STATES, Staged, Wanted, listed
from gateway.sandbox.state import KEY_NAMES, SHAPES, current

bp = Blueprint("control", __name__, url_prefix="/_sandbox")


def _posted() -> Mapping[str, Any]:
    """Read a wish from JSON or from a form."""
    wish = request.get_json() if request.is_json else request.form.to_dict()
    if not isinstance(wish, dict):
        abort(400, "Send a JSON object, or form values.")
    return wish


@bp.get("/staged")
def staged() -> Response:
    """List what was staged, oldest first, narrowed by ?state, ?source and ?search."""
    wanted = Wanted(
        state=request.args.get("state", ""),
        source=request.args.get("source", ""),
        search=request.args.get("search", ""),
    )
    if wanted.state not in ("", *STATES):
        abort(400, f"state must be one of: {', '.join(STATES)}.")
    return jsonify([_staged_json(item) for item in reversed(listed(current().database, wanted))])


def _staged_json(item: Staged) -> dict[str, Any]:
    return {
        "id": item.id,
        "received_at": item.received_at,
        "state": item.state,
        "encoding": item.encoding,
        "headers": item.headers,
        "people": item.people,
        "raw_bytes": base64.b64encode(item.raw).decode("ascii"),
        "settled_at": item.settled_at,
        "reason": item.reason,
        "referral": item.referral,
        "clients": [person.client for person in records.imports(current().database, item.id)],
    }


@bp.get("/records")
def list_records() -> Response:
    """List the clients by number, each with all that is recorded of it; ?external_id narrows them."""
    wanted = request.args.get("external_id")
    database = current().database
    acts, notes = contacts.by_referral(database), extension.by_referral(database)
    return jsonify(
        [
            _client_json(each, acts, notes)
            for each in records.clients(current().database)
            if wanted is None or each.fields.get("external_id") == wanted
        ]
    )


@bp.get("/uploads")
def list_uploads() -> Response:
    """List the files that were uploaded, the oldest first: whose they are, what they are called, size and digest."""
    return jsonify([each.as_json() for each in keeping.uploads(current().database)])


def _client_json(
    client: records.Client, acts: Mapping[int, list[Contact]], notes: Mapping[int, list[Record]]
) -> dict[str, Any]:
    database = current().database
    return {
        "id": client.id,
        "fields": client.fields,
        "referrals": [
            {
                "id": each.id,
                "fields": each.fields,
                "contacts": [{"id": act.id, "done": act.done, "fields": act.fields} for act in acts.get(each.id, [])],
                "extension_records": [
                    {"id": note.id, "database": note.database.names[0], "fields": note.fields}
                    for note in notes.get(each.id, [])
                ],
            }
            for each in records.referrals(database, client.id)
        ],
        "relationships": [
            {"to": tie.other.id, "kind": tie.kind, "relationship": tie.relationship, **tie.details}
            for tie in records.ties(database, client.id)
        ],
    }


@bp.post("/reset")
def reset() -> Response:
    """Go back to the first state."""
    current().reset()
    return invented({"reset": True})


@bp.get("/calls")
def calls() -> Response:
    """Tell how many calls came, and how many PUT bodies arrived whole."""
    counted, put_bodies = current().calls.counted()
    return invented({"calls": counted, "put_bodies_read": put_bodies})


@bp.post("/keys")
def rotate_keys() -> Response:
    """Accept other keys from now on."""
    wish = _posted()
    names = {name.lower(): name for name in KEY_NAMES}
    unknown = sorted(set(wish) - set(names))
    if unknown or not wish:
        abort(400, f"Send new keys for one or more of: {', '.join(names)}.")
    if not all(isinstance(key, str) and key for key in wish.values()):
        abort(400, "Each key must be a text that is not empty.")
    current().keys.rotate({names[name]: key for name, key in wish.items()})
    return invented({"rotated": sorted(wish)})


@bp.post("/dictionaries/<path:name>")
def change_dictionary(name: str) -> Response:
    """Offer other choices in a dictionary from now on."""
    choices = _posted()
    if name not in current().seeds.dictionaries:
        abort(404, "There is no such dictionary in the sandbox.")
    if not all(isinstance(label, str) for label in choices.values()):
        abort(400, "Send every id of the dictionary with its name, each a text.")
    current().seeds = current().seeds.with_dictionary(name, dict(choices))
    return invented({"changed": name, "choices": len(choices)})


@bp.get("/answers")
def show_answers() -> Response:
    """Tell how the sandbox answers, and how it could."""
    return invented({"answers": current().answers.as_json(), "choices": SHAPES})


@bp.post("/answers")
def choose_answers() -> Response:
    """Answer in other shapes from now on."""
    sandbox = current()
    try:
        sandbox.answers = sandbox.answers.changed(_posted())
    except ValueError as problem:
        abort(400, str(problem))
    return show_answers()


@bp.get("/faults")
def show_faults() -> Response:
    """List the faults that are still waiting."""
    return invented({"faults": [fault.as_json() for fault in current().faults.waiting()]})


@bp.post("/faults")
def add_fault() -> Response:
    """Queue a fault."""
    try:
        current().faults.add(parse_fault(_posted()))
    except ValueError as problem:
        abort(400, str(problem))
    return show_faults()


@bp.delete("/faults")
def clear_faults() -> Response:
    """Forget every fault."""
    current().faults.clear()
    return show_faults()
