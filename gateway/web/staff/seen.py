"""Saying that one referral is at the destination, for all that were answered like it, now and from now on."""

from datetime import UTC, datetime

from flask import Response, current_app, redirect

from gateway.store import destinations, proving
from gateway.store.destinations import Standing
from gateway.store.proving import NotAccepted
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import referral
from gateway.web.staff.frame import render

NOTHING_TO_SEE = "Nothing was done: no complete answer to this referral was an acceptance, so it can prove nothing."


def show_seen(organisation: str, reference: str) -> Response:
    """Say what follows for all others where somebody sees this one there."""
    listed = referral.known(organisation, reference)
    try:
        answer = proving.answer_of(site().database, organisation, listed.reference)
    except NotAccepted:
        return referral.page(listed, wrong=NOTHING_TO_SEE)
    standing = destinations.standings(site().database).get(organisation, Standing(organisation))
    body = render(
        "staff/seen.html",
        f"Do you see {listed.reference} there?",
        listed=listed,
        numbers=proving.numbers_of_yes(site().database, standing, answer),
        back=referral.address(organisation, reference),
    )
    return Response(body)


def post_seen(organisation: str, reference: str) -> Response:
    """Believe every answer like the one to this referral, now and from now on."""
    listed = referral.known(organisation, reference)
    try:
        answer = proving.answer_of(site().database, organisation, listed.reference)
    except NotAccepted:
        return referral.page(listed, wrong=NOTHING_TO_SEE, status=409)
    proving.yes(site().database, organisation, answer, actor=signed_in().account.id, now=datetime.now(UTC))
    return current_app.make_response(redirect(f"{referral.address(organisation, reference)}?done=seen", 303))
