"""What a person decides of a referral, each with a page before it that says what will happen."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, abort, current_app, redirect

from gateway.remedies import Way
from gateway.store import destinations, settlements, timeline
from gateway.store.referrals import Listed, StateMoved
from gateway.store.settlements import SETTLEMENTS
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import referral
from gateway.web.staff.frame import render
from gateway.web.staff.words import BUTTONS, MOVED


@dataclass(frozen=True, slots=True)
class _Words:
    """What the page before a decision asks, and what it says will happen."""

    asks: str
    lines: tuple[str, ...]


_ENDS = "Its answers are deleted when their time is over."
_BACK = "Should that be a mistake, it can be opened again until its answers are deleted."
_FOR_GOOD = "Nobody can open it again afterwards: some of its steps may be done."
_NO_FILES = "Its files are not sent any more. If they are wanted, download them first."
_WORDS = {
    "arrived": _Words(
        "Have you seen it in the case-management system?",
        ("It counts as delivered from now on, and is not sent again.",),
    ),
    "resend": _Words("Send it again?", ("It is due at once, and all its waiting times begin anew.",)),
    "by-hand": _Words(
        "Have you carried it over by hand?",
        ("It is ended here, and the gateway never sends it.", _NO_FILES, _ENDS),
    ),
    "close": _Words("End it without delivering it?", ("Nothing of it is sent, now or later.", _NO_FILES, _ENDS)),
    "reopen": _Words(
        "Open it again?",
        ("It counts as not delivered then, until you say what is to become of it.", "Nothing is sent by that alone."),
    ),
    "release": _Words("Let it through?", ("It goes to the case-management system like any other.",)),
}


def show_decision(organisation: str, reference: str, decision: str) -> Response:
    """Say what a decision will do, and ask once more."""
    listed = referral.known(organisation, reference)
    if decision not in SETTLEMENTS:
        abort(404)
    if not SETTLEMENTS[decision].fits(listed.state, listed.reason):
        return referral.page(listed, wrong=MOVED)
    words = _WORDS[decision]
    body = render(
        "staff/decision.html",
        words.asks,
        words=words,
        more=_more(listed, decision),
        back_again=_back_again(listed, decision),
        ends=decision == "close",
        listed=listed,
        button=BUTTONS[Way(decision)],
        back=referral.address(organisation, reference),
    )
    return Response(body)


def post_decision(organisation: str, reference: str, decision: str) -> Response:
    """Do what was decided; where it has moved meanwhile, nothing."""
    listed = referral.known(organisation, reference)
    if decision not in SETTLEMENTS:
        abort(404)
    try:
        settlements.settle(
            site().database, listed.reference, decision, actor=signed_in().account.id, now=datetime.now(UTC)
        )
    except StateMoved:
        return referral.page(referral.known(organisation, reference), wrong=MOVED, status=409)
    return current_app.make_response(redirect(f"{referral.address(organisation, reference)}?done={decision}", 303))


def _back_again(listed: Listed, decision: str) -> str:
    """Say whether the decision can be taken back."""
    if SETTLEMENTS[decision].reason not in SETTLEMENTS[Way.REOPEN].undoes:
        return ""
    return _BACK if referral.in_one_step(listed) else _FOR_GOOD


def _more(listed: Listed, decision: str) -> list[str]:
    """Say what only this referral's own history adds."""
    more = []
    doubtful = timeline.origin(site().database, listed.reference).may_have_arrived
    if doubtful and decision == "resend":
        more.append(f"It may have arrived already, so it begins with “Possible repeat of {listed.reference}”.")
    if doubtful and decision in ("close", "by-hand"):
        more.append(f"It may have arrived already: look for {listed.reference} in the case-management system too.")
    standing = destinations.standings(site().database).get(listed.organisation)
    if decision in ("resend", "release") and standing and standing.paused_at:
        more.append(f"The destination is paused ({standing.pause_reason}): it waits until that goes on.")
    return more
