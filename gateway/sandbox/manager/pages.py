"""The other pages: what the sandbox is, and the clients that stand for screens inside Charitylog. All invented."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request

from gateway.sandbox.api.numbering import record_number
from gateway.sandbox.charity import keeping, records
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.groups import everything
from gateway.sandbox.manager import staging
from gateway.sandbox.manager.finding import found_by
from gateway.sandbox.manager.history import referrals_of, related, worker_names
from gateway.sandbox.manager.wording import rows
from gateway.sandbox.state import current

PAGE = 50
STATE_WORDS = {"staged": "Waiting", "imported": "Imported", "rejected": "Rejected"}

bp = Blueprint("pages", __name__)


@bp.app_context_processor
def shared() -> dict[str, Any]:
    """Give every page what the frame shows."""
    seeds = current().seeds
    return {
        "charity": seeds.charity,
        "state_words": STATE_WORDS,
        "name_of": records.full_name,
        "text": as_text,
        "words": seeds.words,
    }


@bp.app_template_filter("when")
def when(written: str) -> str:
    """Write a time of the sandbox as people do: 22 Nov 2026 at 11:04."""
    at = datetime.fromisoformat(written)
    return f"{at.day} {at:%b %Y at %H:%M}"


@bp.app_template_filter("moment")
def moment(written: object) -> str:
    """Write the time of a contact as people do; what cannot be read as a time stays as it is."""
    try:
        return when(as_text(written))
    except ValueError:
        return as_text(written)


@bp.get("/")
def index() -> str:
    """Explain what this is, and count."""
    counted, put_bodies = current().calls.counted()
    return render_template(
        "index.html",
        counts=staging.counts(current().database),
        clients=len(records.clients(current().database)),
        workers=len(everything(current().database, "workers")),
        calls=counted,
        put_bodies=put_bodies,
        faults=len(current().faults.waiting()),
    )


@bp.get("/clients")
def clients() -> str:
    """List the clients by number; `?search` narrows them."""
    search, after = request.args.get("search", "").strip(), request.args.get("after", 0, type=record_number)
    everybody = records.clients(current().database)
    found = [client for client in (found_by(search, everybody) if search else everybody) if client.id > after]
    return render_template(
        "clients.html", clients=found[:PAGE], more=found[PAGE - 1].id if len(found) > PAGE else None, search=search
    )


@bp.get("/clients/<int:number>")
def client(number: int) -> str:
    """Show one client, and everything that is recorded of them."""
    database, seeds = current().database, current().seeds
    found = records.client(database, number)
    if found is None:
        abort(404)
    fields = rows(found.fields, seeds.selectable["clients"].get, seeds)
    return render_template(
        "client.html",
        client=found,
        rows=[row for row in fields if not row.of_extension],
        extension=[row for row in fields if row.of_extension],
        related=related(database, number, seeds),
        referrals=referrals_of(database, number, seeds),
        uploads=keeping.of_record(database, "client", number),
        schedules=[each for each in everything(database, "schedules") if each["client"] == number],
        workers=worker_names(database),
        arrived=staging.imported_of(database, number),
    )


@bp.get("/workers")
def workers() -> str:
    """List the workers, each with what they still have to do."""
    database = current().database
    return render_template(
        "workers.html", workers=everything(database, "workers"), due=everything(database, "due_contacts")
    )
