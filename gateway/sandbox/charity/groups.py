"""Every record of a group as one flat object with all by which the pages filter it, read in a handful of queries."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from gateway.sandbox.charity.database import Database, as_text, spoken
from gateway.sandbox.charity.extension import DATABASES

Flat = dict[str, Any]
NO_NAMES: Mapping[str, str] = MappingProxyType({})
EXTENSION = "extension_database/"
# Of a referral, what the pages filter its contacts by; a contact's own value comes before it.
OF_THE_REFERRAL = (
    "additional_org_person", "contact_method", "contact_type", "funding_sponsor", "introduction_source", "priority",
    "project", "project_active", "project_category", "project_name", "referral_complete", "referrer",
    "response_method", "template",
)  # fmt: skip


def everything(database: Database, group: str, projects: Mapping[str, str] = NO_NAMES) -> list[Flat]:
    """List the records of a group by number; `projects` are the names of projects by id. KeyError: no such group.

    Filter names are those of "API Details" (2019). `date_active` is a list of days: of a referral those of its done
    contacts, or its date while it has none, of a contact or schedule the day it starts. `day` is that of a contact.
    """
    with database.transaction() as connection:
        if group.startswith(EXTENSION):
            return _extension_records(connection, DATABASES[group.removeprefix(EXTENSION)].number)
        return GROUPS[group](connection, projects)


def _clients(connection: sqlite3.Connection, _projects: Mapping[str, str]) -> list[Flat]:
    related = _relationships(connection)
    return [
        _flat(row, "id") | {"relationship_details": related.get(row["id"], [])}
        for row in connection.execute("SELECT id, fields FROM clients ORDER BY id")
    ]


def _relationships(connection: sqlite3.Connection) -> dict[int, list[Flat]]:
    """Say what each client is to others, by number; no page shows the shape."""
    found: dict[int, dict[int, Flat]] = {}
    names = {"relationships": "relationship", "carer_relationships": "carer_relationship"}
    for row in connection.execute("SELECT * FROM relationships ORDER BY first, second, kind DESC"):
        told = found.setdefault(row["first"], {}).setdefault(row["second"], {"id_second": row["second"]})
        told[names[row["kind"]]] = row["relationship"]
    for row in connection.execute("SELECT first, second, fields FROM relationship_details"):
        found[row["first"]][row["second"]].update(json.loads(row["fields"]))
    return {first: list(others.values()) for first, others in found.items()}


def _referrals(connection: sqlite3.Connection, projects: Mapping[str, str]) -> list[Flat]:
    clients = {
        row["id"]: {f"client_{name}": value for name, value in json.loads(row["fields"]).items()}
        for row in connection.execute("SELECT id, fields FROM clients")
    }
    days: dict[int, set[str]] = {}
    for row in connection.execute("SELECT referral, fields FROM contacts WHERE done"):
        days.setdefault(row["referral"], set()).add(_day(json.loads(row["fields"])))
    return [
        _referral(row, clients[row["client"]], days.get(row["id"], set()), projects)
        for row in connection.execute("SELECT * FROM referrals ORDER BY id")
    ]


def _referral(row: sqlite3.Row, client: Flat, days: set[str], projects: Mapping[str, str]) -> Flat:
    # The type of the client is a field of the referral's own.
    own = {name: client[name] for name in client if name != "client_type"}
    fields = _flat(row, "id", "client") | own
    named = as_text(fields.get("project") or "")
    known = {"project_name": projects[named], "project_active": "Y"} if named in projects else {}
    assumed = {"referral_complete": "Y", "updated": spoken(row["created_at"])}
    described = {"description": fields.get("response_description", "")}  # what it was called before 2024
    # The date of a referral is that of its first done contact ("API referrals", 2022); its own where there is none yet.
    active = sorted(days) or [as_text(fields.get("date") or "")[:10]]
    dated = {"date": active[0]} if days else {}
    return {"id": row["id"]} | assumed | described | known | client | fields | dated | {"date_active": active}


def _contacts(done: int) -> Callable[[sqlite3.Connection, Mapping[str, str]], list[Flat]]:
    def listed(connection: sqlite3.Connection, projects: Mapping[str, str]) -> list[Flat]:
        referrals = {each["id"]: _for_contacts(each) for each in _referrals(connection, projects)}
        rows = connection.execute("SELECT * FROM contacts WHERE done = ? ORDER BY id", (done,))
        return [_contact(row, referrals[row["referral"]]) for row in rows]

    return listed


def _contact(row: sqlite3.Row, referral: Flat) -> Flat:
    client = {name: value for name, value in referral.items() if _of_the_client(name)}
    return _dated({"id": row["id"]} | referral | _flat(row, "id", "referral") | client)


def _of_the_client(name: str) -> bool:
    """Does this tell of the client whom a record is of? What is sent under such a name takes no place of theirs."""
    return name == "client" or name.startswith("client_")


def _for_contacts(referral: Flat) -> Flat:
    return {name: value for name, value in referral.items() if name in OF_THE_REFERRAL or _of_the_client(name)}


def _workers(connection: sqlite3.Connection, _projects: Mapping[str, str]) -> list[Flat]:
    return [_flat(row, "id") for row in connection.execute("SELECT id, fields FROM workers ORDER BY id")]


def _schedules(connection: sqlite3.Connection, _projects: Mapping[str, str]) -> list[Flat]:
    rows = connection.execute("SELECT id, client, fields FROM schedules ORDER BY id")
    return [_dated(_flat(row, "id", "client")) for row in rows]


def _extension_records(connection: sqlite3.Connection, number: int) -> list[Flat]:
    rows = connection.execute("SELECT * FROM extension_records WHERE database = ? ORDER BY id", (number,))
    return [_flat(row, "id", "referral") for row in rows]


def _flat(row: sqlite3.Row, *columns: str) -> Flat:
    """Put the columns first, and let no field that was sent take the place of one."""
    own = {name: row[name] for name in columns}
    return {**own, **json.loads(row["fields"]), **own}


def _dated(fields: Flat) -> Flat:
    day = _day(fields)
    return fields | {"day": day, "date_active": [day]}


def _day(fields: Mapping[str, Any]) -> str:
    return as_text(fields.get("start_date") or "")[:10]


GROUPS: dict[str, Callable[[sqlite3.Connection, Mapping[str, str]], list[Flat]]] = {
    "clients": _clients,
    "referrals": _referrals,
    "done_contacts": _contacts(1),
    "due_contacts": _contacts(0),
    "workers": _workers,
    "schedules": _schedules,
}
