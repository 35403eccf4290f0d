"""The destination itself: pause it, let it go on, and say whether what it accepted is really there."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, flash, redirect, request

from gateway.spans import moment
from gateway.store import destinations, pausing, proving, referrals
from gateway.store.destinations import Standing
from gateway.store.proving import Answer, NotAccepted, Numbers
from gateway.store.sending import STAGE
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff.frame import render
from gateway.web.staff.words import how_many

NOTHING_ASKED = "Nothing is asked at the moment: somebody has answered, or nothing was accepted yet."


def post_pause(organisation: str) -> Response:
    """Send nothing until somebody lets it go on."""
    pausing.pause(site().database, organisation, actor=signed_in().account.id, now=datetime.now(UTC))
    return _done(organisation, "Nothing is sent now. Referrals are still taken and kept.")


def post_resume(organisation: str) -> Response:
    """Send again."""
    pausing.resume(site().database, organisation, actor=signed_in().account.id, now=datetime.now(UTC))
    return _done(
        organisation,
        "It goes on: what waits is sent now. If what stopped it is still there, it pauses again, and that stands here.",
    )


def show_prove(organisation: str) -> Response:
    """Ask whether the first accepted referral is there, and say what follows from each answer."""
    standing = _standing(organisation)
    answer = _answer(standing)
    if answer is None or standing.asked_at is None:
        return Response(
            render("staff/is_it_there.html", "Is the first referral there?", slug=organisation, reference="")
        )
    database = site().database
    steps = {each.kind for each in referrals.tries(database, answer.reference)}
    body = render(
        "staff/is_it_there.html",
        "Is the first referral there?",
        slug=organisation,
        reference=answer.reference,
        accepted=moment(standing.asked_at),
        staged=STAGE in steps,
        yes=proving.numbers_of_yes(database, standing, answer),
        no=proving.numbers_of_no(database, standing),
    )
    return Response(body)


def post_prove(organisation: str) -> Response:
    """Do what follows from an answer; of one to another question than is asked now, nothing."""
    standing = _standing(organisation)
    answer, said = _answer(standing), request.form.get("answer")
    if said not in ("yes", "no"):
        abort(400)
    if answer is None or answer.reference != request.form.get("reference"):
        return _done(organisation, NOTHING_ASKED)
    database, actor, now = site().database, signed_in().account.id, datetime.now(UTC)
    if said == "yes":
        return _done(organisation, _proven(proving.yes(database, organisation, answer, actor=actor, now=now)))
    again = proving.no(database, organisation, actor=actor, now=now).again
    return _done(
        organisation,
        f"Nothing is sent now, until somebody lets it go on; {how_many(again)} will be sent again, each marked. "
        "First find out where they went: whoever looks after the server can check the address and the keys.",
    )


def _standing(organisation: str) -> Standing:
    return destinations.standings(site().database).get(organisation, Standing(organisation))


def _answer(standing: Standing) -> Answer | None:
    if standing.proven_at is not None or standing.asked_about is None:
        return None
    try:
        return proving.answer_of(site().database, standing.organisation, standing.asked_about)
    except NotAccepted:
        return None


def _proven(numbers: Numbers) -> str:
    words = "It is proven: from now on this is how an accepted referral looks."
    if numbers.doubtful:
        words += f" {how_many(numbers.doubtful)} accepted by another answer may not be there: look for each."
    if numbers.delivered:
        words += f" {how_many(numbers.delivered)} that were in doubt for this answer alone count as delivered."
    return words


def _done(organisation: str, words: str) -> Response:
    flash(words)
    return current_app.make_response(redirect(f"/staff/{organisation}/", 303))
