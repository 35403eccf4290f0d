"""The imitated API at /v2: every group is read alike, whole, by id or by filters, and counted by a dimension.

That all of it works on workers, schedules and due contacts too is invented where no page lists their filters.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request

from gateway.sandbox.api import shapes
from gateway.sandbox.api.addresses import value
from gateway.sandbox.api.filtering import read_query
from gateway.sandbox.api.reports import report
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.extension import DATABASES
from gateway.sandbox.charity.groups import EXTENSION, GROUPS, everything
from gateway.sandbox.charity.records import full_name
from gateway.sandbox.charity.seeds import Field
from gateway.sandbox.state import current

ALL = "ALL"
WORKERS = frozenset({"user", "worker", "usual_support_worker"})
NUMBERS = WORKERS | {"id", "client", "referral", "additional_org_person"}
# Told only where `/field/` asks: "a range of default fields" is all that is said of what comes unasked.
ON_DEMAND = frozenset({"date_active", "day", "relationship_details"})

_RESOLVE = re.compile(r"resolveIds\[\d*\]")  # a number in the brackets is another spelling of the same list in PHP

bp = Blueprint("reading", __name__, url_prefix="/v2")
_ANY_GROUP = f"/<any({', '.join(GROUPS)}):group>"


@dataclass(frozen=True)
class Readable:
    """A group as it can be read: its own fields, those of the records above it too, and the keys that filter it."""

    name: str
    own: Mapping[str, Field]
    fields: Mapping[str, Field]
    keys: Set[str]

    @property
    def dimensions(self) -> Set[str]:
        """What its records can be counted by; that it is each of these is invented, but for `district` and `day`."""
        days = {"day"} if "start_date" in self.fields else set()
        return {*self.fields, *self.keys, *days} - {"date_active"}

    def unasked(self, record: Mapping[str, Any]) -> list[str]:
        """Name the fields of a record that are told where no `/field/` chooses."""
        from_above = (name for name in record if name.startswith("client_") or name in self.fields)
        on_demand = ON_DEMAND | (set(from_above) - set(self.own))
        return [name for name in record if name not in on_demand]


@bp.get(_ANY_GROUP, strict_slashes=False)
@bp.get(f"{_ANY_GROUP}/<path:_rest>", strict_slashes=False)
def read_group(group: str, _rest: str = "") -> Response:
    """Answer with the records of a group, all or filtered, or with how many there are of each sort."""
    seeds = current().seeds
    readable = Readable(group, seeds.selectable[group], seeds.fields_of(group), set(seeds.filterable[group]))
    return _answer(readable, request.path.split("/")[3:])


@bp.get("/extension_database/<name>", strict_slashes=False)
@bp.get("/extension_database/<name>/<path:_rest>", strict_slashes=False)
def read_extension_database(name: str, _rest: str = "") -> Response:
    """Answer with the records of an extension database, in the same way."""
    named = value(name)
    if named not in DATABASES:
        abort(404, "There is no such extension database in the sandbox.")
    fields = DATABASES[named].fields
    return _answer(Readable(f"{EXTENSION}{named}", fields, fields, {"id", *fields}), request.path.split("/")[4:])


def _answer(group: Readable, segments: list[str]) -> Response:
    query = read_query(segments, group.keys)
    sandbox = current()
    found = query.among(everything(sandbox.database, group.name, sandbox.seeds.dictionaries["referrals/project"]))
    names = _names(group.fields)
    if query.words:
        return report(found, query.words, group.dimensions, names)
    ids = NUMBERS | {name for name, field in group.fields.items() if field.dictionary}
    told = []
    for record in found:
        chosen = group.unasked(record) if query.fields is None else query.fields
        resolved = {name: _named(record.get(name), names.get(name)) for name in chosen}
        told.append(shapes.told(resolved, ids - set(names)))
    return shapes.listed(told, single=query.single)


def _names(fields: Mapping[str, Field]) -> dict[str, Mapping[str, str]]:
    """Find the friendly names of each field that `resolveIds[]` wishes resolved, or of all of them."""
    wished = [name for key, name in request.args.items(multi=True) if _RESOLVE.fullmatch(key)]
    if not wished:
        return {}
    dictionaries = current().seeds.dictionaries
    known: dict[str, Mapping[str, str]]
    known = {name: dictionaries[field.dictionary] for name, field in fields.items() if field.dictionary}
    workers = {as_text(each["id"]): full_name(each) for each in everything(current().database, "workers")}
    known |= dict.fromkeys(WORKERS, workers)
    return known if ALL in wished else {name: known[name] for name in wished if name in known}


def _named(held: object, names: Mapping[str, str] | None) -> object:
    return held if names is None or held is None else names.get(as_text(held), held)
