"""Gathers what is recorded of a client: relationships, and referrals with contacts, extension records and files."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.sandbox.api.record_rules import DESCRIPTIONS
from gateway.sandbox.charity import contacts, keeping, records
from gateway.sandbox.charity.contacts import Contact
from gateway.sandbox.charity.database import Database, as_text
from gateway.sandbox.charity.extension import DATABASES
from gateway.sandbox.charity.groups import EXTENSION, everything
from gateway.sandbox.charity.keeping import Upload
from gateway.sandbox.charity.records import Client, Referral, full_name
from gateway.sandbox.charity.seeds import Seeds
from gateway.sandbox.manager import staging
from gateway.sandbox.manager.wording import Row, row, rows


@dataclass(frozen=True)
class Told:
    """A referral with everything that hangs on it. Its repr holds the number only."""

    id: int
    project: str
    description: str
    rows: list[Row]
    contacts: list[Contact]
    extensions: dict[str, list[list[Row]]]
    uploads: list[Upload]
    staged: int | None

    def __repr__(self) -> str:
        return f"Told(id={self.id})"


@dataclass(frozen=True)
class Related:
    """Somebody whom a client is related to, and what each is to the other in the words of the dictionaries."""

    other: Client
    there: list[str]
    back: list[str]


def worker_names(database: Database) -> dict[str, str]:
    """Name the workers by number."""
    return {as_text(worker["id"]): full_name(worker) for worker in everything(database, "workers")}


def referrals_of(database: Database, client: int, seeds: Seeds) -> list[Told]:
    """Gather the referrals of a client with what hangs on each, the newest first."""
    every = contacts.by_referral(database)
    found = records.referrals(database, client)
    return [_told(database, referral, every.get(referral.id, []), seeds) for referral in reversed(found)]


def _told(database: Database, referral: Referral, made: Iterable[Contact], seeds: Seeds) -> Told:
    find = seeds.selectable["referrals"].get
    descriptions = (as_text(referral.fields[name]) for name in DESCRIPTIONS if referral.fields.get(name))
    return Told(
        id=referral.id,
        project=row("project", referral.fields.get("project", ""), find("project"), seeds).words,
        description=next(descriptions, ""),
        rows=rows(referral.fields, find, seeds, without=(*DESCRIPTIONS, "project")),
        # What is due lies ahead, so the newest first puts it before what is done.
        contacts=sorted(made, key=lambda contact: as_text(contact.fields.get("start_date", "")), reverse=True),
        extensions=_extensions(database, referral.id, seeds),
        uploads=keeping.of_record(database, "referral", referral.id),
        staged=staging.imported_as(database, referral.id),
    )


def related(database: Database, number: int, seeds: Seeds) -> list[Related]:
    """List whom a client is related to, with the way back where there is one."""
    others = {tie.other.id: tie.other for tie in records.ties(database, number)}
    there = _said(database, number, seeds)
    return [
        Related(other, there[other.id], _said(database, other.id, seeds).get(number, [])) for other in others.values()
    ]


def _said(database: Database, number: int, seeds: Seeds) -> dict[int, list[str]]:
    """Say by the number of the other client what one is to them."""
    found: dict[int, list[str]] = {}
    for tie in records.ties(database, number):
        words = seeds.dictionaries[tie.kind].get(tie.relationship, tie.relationship)
        found.setdefault(tie.other.id, []).append(words)
    return found


def _extensions(database: Database, referral: int, seeds: Seeds) -> dict[str, list[list[Row]]]:
    """List the records of a referral by the name of their extension database."""
    found = {
        each.label: [
            rows(record, each.fields.get, seeds, without=("id", "referral"))
            for record in everything(database, f"{EXTENSION}{name}")
            if record["referral"] == referral
        ]
        for name, each in DATABASES.items()
        if name == each.names[0]
    }
    return {label: told for label, told in found.items() if told}
