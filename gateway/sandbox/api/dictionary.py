"""The imitated API at /v2: dictionaries, and the lists of selectable and filterable fields."""

from flask import Blueprint, Response, abort, jsonify

from gateway.sandbox.api import shapes
from gateway.sandbox.api.addresses import value
from gateway.sandbox.api.filtering import is_day
from gateway.sandbox.state import current

bp = Blueprint("dictionary", __name__, url_prefix="/v2")


@bp.get("/dictionary")
def everything() -> Response:
    """Answer with every dictionary by its path."""
    return jsonify({name: shapes.choices(choices) for name, choices in current().seeds.dictionaries.items()})


@bp.get("/dictionary/<path:name>")
def one(name: str) -> Response:
    """Answer with one dictionary."""
    return jsonify(shapes.choices(_choices(value(name))))


@bp.get("/dictionary/search/<group>/<table>/<path:term>")
def search(group: str, table: str, term: str) -> Response:
    """Answer with the entries whose friendly name holds the term, in capitals or not."""
    wanted = value(term).casefold()
    choices = _choices(value(f"{group}/{table}"))
    found = {number: name for number, name in choices.items() if wanted in name.casefold()}
    return jsonify(shapes.choices(found))


@bp.get("/<group>/selectable_fields")
def selectable_fields(group: str) -> Response:
    """Answer with the fields that a group returns or takes."""
    if group not in current().seeds.selectable:
        abort(404, "There is no such group in the sandbox.")
    return shapes.fields({name: field.label for name, field in current().seeds.selectable[group].items()})


@bp.get("/<any(clients, due_contacts, done_contacts):group>/filterable_fields")
def filterable_fields(group: str) -> Response:
    """Answer with the fields by which a group can be filtered; no page names this list for another group."""
    labels = _labels(group)
    return shapes.fields({name: labels.get(name, name) for name in current().seeds.filterable[group]})


@bp.get("/<any(due_contacts, done_contacts):group>/metrics")
def metrics(group: str) -> Response:
    """Answer with what reports of a group can be broken down by. That it is its filters but for dates is invented."""
    labels = _labels(group)
    keys = (name for name in current().seeds.filterable[group] if not is_day(name))
    return shapes.fields({name: labels.get(name, name) for name in keys})


@bp.get("/schedules/friendly_names")
def friendly_names() -> Response:
    """Answer with the fields of schedules and their labels. What this list really holds is on no page."""
    return jsonify(shapes.choices(_labels("schedules")))


def _labels(group: str) -> dict[str, str]:
    return {name: field.label for name, field in current().seeds.fields_of(group).items()}


def _choices(name: str) -> dict[str, str]:
    if name not in current().seeds.dictionaries:
        abort(404, "There is no such dictionary in the sandbox.")
    return current().seeds.dictionaries[name]
