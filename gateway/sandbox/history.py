"""Gathers what is recorded of a client: relationships, and referrals with contacts, extension records and files."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.sandbox import keeping, records, staging
from gateway.sandbox.database import Database, as_text
from gateway.sandbox.extension import DATABASES
from gateway.sandbox.groups import EXTENSION, everything
from gateway.sandbox.keeping import Upload
from gateway.sandbox.record_rules import DESCRIPTIONS
from gateway.sandbox.records import Client, Referral, full_name
from gateway.sandbox.seeds import Seeds
from gateway.sandbox.wording import Row, row, rows


@dataclass(frozen=True)
class Contact:
    """A contact of a referral, done or due. Its repr holds the number only."""

    id: int
    done: bool
    start: str
    worker: str
    type: str
    description: str

    def __repr__(self) -> str:
        return f"Contact(id={self.id})"


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


def told(database: Database, referral: Referral, seeds: Seeds) -> Told:
    """Gather what hangs on one referral."""
    find = seeds.selectable["referrals"].get
    descriptions = (as_text(referral.fields[name]) for name in DESCRIPTIONS if referral.fields.get(name))
    project = referral.fields.get("project", "")
    return Told(
        id=referral.id,
        project=row("project", project, find("project"), seeds).words,
        description=next(descriptions, ""),
        rows=rows(referral.fields, find, seeds, without=(*DESCRIPTIONS, "project")),
        contacts=list(_contacts(database, referral.id, seeds)),
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


def _contacts(database: Database, referral: int, seeds: Seeds) -> Iterator[Contact]:
    """List the contacts of a referral, the newest first, so what is due comes before what is done."""
    names = worker_names(database)
    found = [
        (contact, group == "done_contacts")
        for group in ("due_contacts", "done_contacts")
        for contact in everything(database, group)
        if contact["referral"] == referral
    ]
    for contact, done in sorted(found, key=lambda each: str(each[0].get("start_date", "")), reverse=True):
        worker = as_text(contact.get("user") or "")
        yield Contact(
            id=contact["id"],
            done=done,
            start=as_text(contact.get("start_date") or ""),
            worker=names.get(worker, worker),
            type=seeds.words("contact_type", contact.get("contact_type", "")) if done else "",
            description=as_text(contact.get("description") or ""),
        )


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
