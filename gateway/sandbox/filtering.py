"""The imitated API at /v2: clients and referrals read by filters. The shape of the list is invented; choose it."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from gateway.sandbox import records
from gateway.sandbox.addresses import value, values
from gateway.sandbox.database import as_text
from gateway.sandbox.state import current

MOST_FILTERS = 10
# Of those on "API Details" (2019), the ones that a referral has here.
REFERRAL_FILTERS = frozenset(
    {"client", "client_external_id", "client_type", "contact_method", "contact_type", "date", "description",
     "funding_sponsor", "id", "introduction_source", "priority", "project", "project_category", "referral_complete",
     "referrer", "stage", "template"}
)  # fmt: skip

bp = Blueprint("filtering", __name__, url_prefix="/v2")


@bp.get("/clients/<key>/<path:rest>")
def clients(key: str, rest: str) -> Response:
    """Answer with the clients that pass every filter, `key/value/key/value`; `field` chooses what is told of them."""
    known = set(current().seeds.filterable["clients"])
    return _filtered(
        [key, *rest.split("/")], known, ({"id": each.id, **each.fields} for each in records.clients(current().database))
    )


@bp.get("/referrals/<key>/<path:rest>")
def referrals(key: str, rest: str) -> Response:
    """Answer with the referrals that pass every filter. Their dates are compared as they are, not as a range."""
    return _filtered([key, *rest.split("/")], REFERRAL_FILTERS, _referrals())


def _referrals() -> Iterator[dict[str, Any]]:
    database = current().database
    for client in records.clients(database):
        for each in records.referrals(database, client.id):
            outer = {"client": client.id, "client_external_id": client.fields.get("external_id", "")}
            yield {"id": each.id, **outer, **each.fields}


def _filtered(parts: Sequence[str], known: Set[str], all_of_them: Iterable[dict[str, Any]]) -> Response:
    wanted = _pairs(parts)
    chosen = wanted.pop("field", None)
    if unknown := set(wanted) - known:
        abort(400, f"{len(unknown)} of the keys are not among those by which this group is filtered.")
    if len(wanted) > MOST_FILTERS:
        abort(400, f"At most {MOST_FILTERS} filters are taken.")
    found = [
        fields for fields in all_of_them if all(as_text(fields.get(key, "")) in taken for key, taken in wanted.items())
    ]
    return jsonify(_shaped([_only(chosen, fields) for fields in found]))


def _pairs(parts: Sequence[str]) -> dict[str, list[str]]:
    if len(parts) % 2:
        abort(404, "Filters come in pairs: a key and a value.")
    return {value(key): values(several) for key, several in zip(parts[::2], parts[1::2], strict=True)}


def _only(chosen: Sequence[str] | None, fields: dict[str, Any]) -> dict[str, Any]:
    return fields if chosen is None else {name: fields.get(name) for name in chosen}


def _shaped(found: list[dict[str, Any]]) -> object:
    match current().answers.list_shape:
        case "data":
            return {"data": found}
        case "map":
            return {as_text(fields.get("id", position)): fields for position, fields in enumerate(found)}
    return found
