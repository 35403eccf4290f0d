"""The imitated API at /v2: clients read by filters. The shape of the list is invented, and can be chosen."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from gateway.sandbox import records
from gateway.sandbox.database import as_text
from gateway.sandbox.state import current

MOST_FILTERS = 10

bp = Blueprint("filtering", __name__, url_prefix="/v2")


@bp.get("/clients/<key>/<path:rest>")
def clients(key: str, rest: str) -> Response:
    """Answer with the clients that pass every filter, `key/value/key/value`; `field` chooses what is told of them."""
    wanted = _pairs([key, *rest.split("/")])
    chosen = wanted.pop("field", None)
    known = set(current().seeds.filterable["clients"])
    if unknown := set(wanted) - known:
        abort(400, f"{len(unknown)} of the keys are not among /v2/clients/filterable_fields.")
    if len(wanted) > MOST_FILTERS:
        abort(400, f"At most {MOST_FILTERS} filters are taken.")
    found = [
        fields
        for fields in ({"id": each.id, **each.fields} for each in records.clients(current().database))
        if all(as_text(fields.get(key, "")) in values for key, values in wanted.items())
    ]
    return jsonify(_shaped([_only(chosen, fields) for fields in found]))


def _pairs(parts: Sequence[str]) -> dict[str, list[str]]:
    if len(parts) % 2:
        abort(404, "Filters come in pairs: a key and a value.")
    return {key: values.split(";") for key, values in zip(parts[::2], parts[1::2], strict=True)}


def _only(chosen: Sequence[str] | None, fields: dict[str, Any]) -> dict[str, Any]:
    return fields if chosen is None else {name: fields.get(name) for name in chosen}


def _shaped(found: list[dict[str, Any]]) -> object:
    match current().answers.list_shape:
        case "data":
            return {"data": found}
        case "map":
            return {as_text(fields.get("id", position)): fields for position, fields in enumerate(found)}
    return found
