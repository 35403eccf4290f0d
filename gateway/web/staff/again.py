"""Sending many again: first what would be sent and what not, then, on a button, so many as one page can wait for."""

from datetime import UTC, datetime

from flask import Response, current_app, flash, redirect, request

from gateway.store import destinations, retrying
from gateway.store.retrying import Preview, Wanted
from gateway.store.states import ReferralState
from gateway.web import places
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import asking, listing
from gateway.web.staff.asking import Asked
from gateway.web.staff.frame import render
from gateway.web.staff.words import STATES, how_many

AT_ONCE = 500  # in one step: well below what a browser, or a proxy, waits for


def show_again(organisation: str) -> Response:
    """Say what would be sent again, how many, and why some not."""
    asked = _asked(organisation, request.args)
    at = places.moment_of(request.args.get("at", "")) or datetime.now(UTC)
    preview = None if asked.problems else retrying.preview(site().database, _wanted(organisation, asked, at))
    return _page(organisation, asked, preview, at)


def post_again(organisation: str) -> Response:
    """Send some again, the oldest first; what is left is shown, to go on with."""
    asked = _asked(organisation, request.form)
    at = places.moment_of(request.form.get("at", ""))
    if asked.problems or at is None:
        return current_app.make_response(redirect(request.path, 303))
    database, actor = site().database, signed_in().account.id
    chosen = retrying.oldest(database, _wanted(organisation, asked, at), AT_ONCE)
    done = sum(
        len(retrying.send(database, some, actor=actor, now=datetime.now(UTC))) for some in retrying.batches(chosen)
    )
    flash(_done(done, len(chosen) - done))
    more = {"at": places.number_of(at)} if len(chosen) == AT_ONCE else {}
    return current_app.make_response(redirect(f"{request.path}?{asked.query(**more)}", 303))


def _asked(organisation: str, given: dict[str, str]) -> Asked:
    known = {**given, "state": given.get("state", "") if given.get("state") in retrying.RETRIED else ""}
    return asking.read(known, organisation, forms=listing.forms(organisation))


def _wanted(organisation: str, asked: Asked, at: datetime) -> Wanted:
    one = asked.wanted
    states = (one.state,) if one.state else retrying.STUCK
    return Wanted(organisation, states, one.form, one.since, one.before, at)


def _page(organisation: str, asked: Asked, preview: Preview | None, at: datetime) -> Response:
    standing = destinations.standings(site().database).get(organisation)
    body = render(
        "staff/again.html",
        "Send again",
        slug=organisation,
        asked=asked,
        preview=preview,
        at=places.number_of(at),
        at_once=AT_ONCE,
        how_many=how_many,
        forms=listing.forms(organisation),
        states={state: STATES[state] for state in retrying.RETRIED},
        held=ReferralState.HELD,
        sending=ReferralState.SENDING,
        pause=standing if standing and standing.paused_at else None,
        problems=asked.problems,
        wrong=bool(asked.problems),
    )
    return Response(body, 422 if asked.problems else 200)


def _done(done: int, moved: int) -> str:
    words = f"{how_many(done)} {'is' if done == 1 else 'are'} due now."
    return f"{words} {how_many(moved)} had moved meanwhile, and stayed as they were." if moved else words
