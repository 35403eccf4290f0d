"""The imitated API at /v2: dictionaries, and the lists of selectable and filterable fields."""

from flask import Blueprint, Response, abort, jsonify

from gateway.sandbox.addresses import value
from gateway.sandbox.state import current

bp = Blueprint("dictionary", __name__, url_prefix="/v2")


def shaped(choices: dict[str, str]) -> object:
    """Bring ids and friendly names into the chosen shape; no source documents it."""
    if current().answers.dictionary_shape == "map":
        return choices
    return [{"id": number, "name": name} for number, name in choices.items()]


@bp.get("/dictionary")
def everything() -> Response:
    """Answer with every dictionary by its path."""
    return jsonify({name: shaped(choices) for name, choices in current().seeds.dictionaries.items()})


@bp.get("/dictionary/<path:name>")
def one(name: str) -> Response:
    """Answer with one dictionary."""
    return jsonify(shaped(_choices(value(name))))


@bp.get("/dictionary/search/<group>/<table>/<path:term>")
def search(group: str, table: str, term: str) -> Response:
    """Answer with the entries whose friendly name holds the term, in capitals or not."""
    wanted = value(term).casefold()
    choices = _choices(value(f"{group}/{table}"))
    found = {number: name for number, name in choices.items() if wanted in name.casefold()}
    return jsonify(shaped(found))


@bp.get("/<group>/selectable_fields")
def selectable_fields(group: str) -> Response:
    """Answer with the fields that a group returns or takes."""
    if group not in current().seeds.selectable:
        abort(404, "There is no such group in the sandbox.")
    fields = current().seeds.selectable[group]
    if current().answers.fields_shape == "list":
        return jsonify(list(fields))
    return jsonify({name: field.label for name, field in fields.items()})


@bp.get("/<group>/filterable_fields")
def filterable_fields(group: str) -> Response:
    """Answer with the fields by which a group can be filtered."""
    if group not in current().seeds.filterable:
        abort(404, "There is no such list in the sandbox.")
    return jsonify(current().seeds.filterable[group])


def _choices(name: str) -> dict[str, str]:
    if name not in current().seeds.dictionaries:
        abort(404, "There is no such dictionary in the sandbox.")
    return current().seeds.dictionaries[name]
