"""The pages that stand for screens inside Charitylog: the External Referral Manager and the clients.

The vendor's manual page of this screen is lost, so its columns and buttons are invented; no keys are asked,
because a signed-in person would be looking at it.
"""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.sandbox import keeping, records, staging
from gateway.sandbox.database import as_text
from gateway.sandbox.look import people_of
from gateway.sandbox.staging import STATES, AlreadySettled, NoSuchClient, Staged, Wanted
from gateway.sandbox.state import current

PAGE = 50
STATE_WORDS = {"staged": "Waiting", "imported": "Imported", "rejected": "Rejected"}

bp = Blueprint("manager", __name__)


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


@bp.get("/")
def index() -> str:
    """Explain what this is, and count."""
    counted, put_bodies = current().calls.counted()
    return render_template(
        "index.html",
        counts=staging.counts(current().database),
        clients=len(records.clients(current().database)),
        calls=counted,
        put_bodies=put_bodies,
        faults=len(current().faults.waiting()),
    )


@bp.get("/external-referral-manager")
def list_() -> str:
    """List external referrals, newest first."""
    state = request.args.get("state", "")
    wanted = Wanted(
        state=state if state in STATES else "",
        source=request.args.get("source", ""),
        search=request.args.get("search", "").strip(),
        before=request.args.get("before", type=int),
        limit=PAGE + 1,
    )
    found = staging.listed(current().database, wanted)
    return render_template(
        "list.html",
        wanted=wanted,
        found=found[:PAGE],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        counts=staging.counts(current().database),
        sources=staging.sources(current().database),
    )


@bp.get("/external-referral-manager/<int:number>")
def look(number: int) -> str:
    """Show everything about one external referral."""
    return _look(_find(number))


@bp.post("/external-referral-manager/<int:number>/import")
def import_(number: int) -> ResponseReturnValue:
    """Import as new clients, or link people to existing ones."""
    staged = _find(number)
    try:
        links = _links(staged)
        project = _project(staged)
        staging.import_(current().database, staged, links, project)
    except AlreadySettled:
        return _look(_find(number), "This referral was settled before: it cannot be imported again."), 409
    except NoSuchClient:
        return _look(staged, "There is no client with that number. Check the number, or leave it empty."), 422
    except ValueError as problem:
        return _look(staged, str(problem)), 422
    return redirect(url_for("manager.look", number=number), 303)


@bp.post("/external-referral-manager/<int:number>/reject")
def reject(number: int) -> ResponseReturnValue:
    """Reject with a reason."""
    staged = _find(number)
    reason = request.form.get("reason", "").strip()
    if staged.state == "staged" and not reason:
        return _look(staged, "Enter the reason for rejecting this referral."), 422
    try:
        staging.reject(current().database, number, reason)
    except AlreadySettled:
        return _look(_find(number), "This referral was settled before: it cannot be rejected now."), 409
    return redirect(url_for("manager.look", number=number), 303)


@bp.get("/clients")
def clients() -> str:
    """List the clients."""
    return render_template("clients.html", clients=records.clients(current().database))


@bp.get("/clients/<int:number>")
def client(number: int) -> str:
    """Show one client."""
    database = current().database
    found = records.client(database, number)
    if found is None:
        abort(404)
    return render_template(
        "client.html",
        client=found,
        rows=[(field, value) for field, value in found.fields.items() if value is not None],
        field=current().seeds.field,
        referrals=records.referrals(database, number),
        ties=records.ties(database, number),
        uploads=keeping.of_record(database, "client", number),
        uploads_of_referral=lambda referral: keeping.of_record(database, "referral", referral),
        dictionaries=current().seeds.dictionaries,
    )


def _find(number: int) -> Staged:
    staged = staging.one(current().database, number)
    if staged is None:
        abort(404)
    return staged


def _look(staged: Staged, problem: str = "") -> str:
    database = current().database
    sent = staged.people[0].get("project")
    return render_template(
        "look.html",
        staged=staged,
        people=people_of(staged, current().seeds, database),
        imports=records.imports(database, staged.id),
        raw=staged.raw.decode("utf-8", "replace"),
        projects=current().seeds.dictionaries["referrals/project"],
        project="" if sent is None else as_text(sent),
        problem=problem,
    )


def _links(staged: Staged) -> dict[int, int]:
    """Read which person is linked to which client: `client_id` for the main one, `client_id_1` for the next."""
    links = {}
    for position in range(len(staged.people)):
        typed = request.form.get(f"client_id_{position}" if position else "client_id", "").strip()
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
            raise ValueError("A client number is a whole number.")
        if typed:
            links[position] = int(typed)
    return links


def _project(staged: Staged) -> str:
    """Take the project chosen by the person who imports; unasked, the one that was sent."""
    chosen = request.form.get("project", as_text(staged.people[0].get("project") or ""))
    if chosen and chosen not in current().seeds.dictionaries["referrals/project"]:
        raise ValueError("Choose a project from the list.")
    return chosen
