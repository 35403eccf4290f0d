"""The External Referral Manager: a person looks at what external_referral left, then imports or rejects it.

The vendor's manual page of this screen is lost, so its columns, buttons and hints are invented; no keys are asked,
because a signed-in person would be looking at it.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.sandbox.api.numbering import record_number
from gateway.sandbox.charity import records
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.groups import everything
from gateway.sandbox.manager import importing, staging
from gateway.sandbox.manager.deciding import Choices, Mistake, field_name, links_of, recording_of
from gateway.sandbox.manager.displays import source_name
from gateway.sandbox.manager.finding import found_by
from gateway.sandbox.manager.importing import NoSuchClient
from gateway.sandbox.manager.look import people_of, repeats_of
from gateway.sandbox.manager.staging import STATES, AlreadySettled, Staged, Wanted
from gateway.sandbox.state import current

PAGE = 50
FOUND = 10

bp = Blueprint("manager", __name__, url_prefix="/external-referral-manager")


@bp.get("")
def list_() -> str:
    """List external referrals, newest first, and say how long the oldest has waited."""
    state = request.args.get("state", "")
    wanted = Wanted(
        state=state if state in STATES else "",
        source=request.args.get("source", ""),
        search=request.args.get("search", "").strip(),
        before=request.args.get("before", type=record_number),
        limit=PAGE + 1,
    )
    database = current().database
    found = staging.listed(database, wanted)
    return render_template(
        "list.html",
        wanted=wanted,
        found=found[:PAGE],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        counts=staging.counts(database, replace(wanted, state="")),
        waiting=staging.counts(database)["staged"],
        oldest=staging.oldest(database),
        sources={source: source_name(source) for source in staging.sources(database)},
    )


@bp.get("/<int:number>")
def look(number: int) -> str:
    """Show everything about one external referral; `?find` looks for the clients whom its people may be."""
    return _look(_find(number))


@bp.post("/<int:number>/import")
def import_(number: int) -> ResponseReturnValue:
    """Import as new clients, or link people to existing ones, and record the contact."""
    staged = _find(number)
    try:
        links = links_of(request.form, staged)
        importing.import_(current().database, staged, links, recording_of(request.form, staged, _offered()))
    except AlreadySettled:
        problem = Mistake("", "This referral was settled before: it cannot be imported again.")
        return _look(_find(number), problem), 409
    except NoSuchClient as nobody:
        problem = Mistake(field_name("client_number", nobody.position), str(nobody))
        return _look(staged, problem), 422
    except Mistake as problem:
        return _look(staged, problem), 422
    return redirect(url_for("manager.look", number=number), 303)


@bp.post("/<int:number>/reject")
def reject(number: int) -> ResponseReturnValue:
    """Reject with a reason."""
    staged = _find(number)
    reason = request.form.get("reason", "").strip()
    if staged.state == "staged" and not reason:
        return _look(staged, Mistake("reason", "Enter the reason for rejecting this referral.")), 422
    try:
        staging.reject(current().database, number, reason)
    except AlreadySettled:
        return _look(_find(number), Mistake("", "This referral was settled before: it cannot be rejected now.")), 409
    return redirect(url_for("manager.look", number=number), 303)


def _find(number: int) -> Staged:
    staged = staging.one(current().database, number)
    if staged is None:
        abort(404)
    return staged


def _offered() -> Mapping[str, Choices]:
    """The choices on "Record a Contact", by field."""
    dictionaries = current().seeds.dictionaries
    return {
        "project": dictionaries["referrals/project"],
        "contact_type": dictionaries["contacts/contact_type"],
        "worker": {
            str(worker["id"]): records.full_name(worker)
            for worker in everything(current().database, "workers")
            if worker.get("active") != "N"
        },
    }


def _look(staged: Staged, problem: Mistake | None = None) -> str:
    """Show one referral, with what was typed when something is wrong with it."""
    database = current().database
    known = records.clients(database) if staged.state == "staged" else []
    find = request.args.get("find", "").strip()
    return render_template(
        "look.html",
        staged=staged,
        people=people_of(staged, current().seeds, known),
        main={name: as_text(value) for name, value in staged.people[0].items() if value is not None},
        imports=records.imports(database, staged.id),
        raw=staged.raw.decode("utf-8", "replace"),
        offered=_offered(),
        field_name=field_name,
        repeats=repeats_of(staged, staging.listed(database, Wanted(search=as_text(staged.people[0]["surname"])))),
        find=find,
        found=found_by(find, known)[:FOUND],
        typed=request.form,
        problem=problem,
    )
