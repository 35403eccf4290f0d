"""What somebody may ask of a charity, done in the console: a copy of all that is kept of a referral, or its erasure."""

from datetime import UTC, datetime

from flask import Response, current_app, redirect, request

from gateway.keys import KeyMissing, SealBroken
from gateway.ledger import Ledger, LedgerProblem
from gateway.spans import moment
from gateway.store import archives, subjects
from gateway.store.attached import attached_to
from gateway.store.referrals import Listed
from gateway.store.subjects import UnderWay
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import noting, opening, referral
from gateway.web.staff.frame import render
from gateway.web.staff.seeking import plain

NO_REASON = "Give the number of the request, or another reason."
NOT_SURE = "Tick the box to say that it is to be erased."
LONGEST_REASON = 200


def show_export(organisation: str, reference: str) -> Response:
    """Ask why a copy is wanted."""
    return _page("Export", referral.known(organisation, reference))


def post_export(organisation: str, reference: str) -> Response:
    """Give all that is kept of a referral as an archive, piece by piece."""
    listed = referral.known(organisation, reference)
    reason = _reason()
    if not reason:
        return _page("Export", listed, reason_wrong=NO_REASON)
    noting.note(listed, action="export", detail=reason)
    database, files = site().database, site().files
    try:
        kept = subjects.everything(database, site().ring, listed.reference)
        attached = attached_to(files, kept.referral) if kept else []
    except (KeyMissing, SealBroken):
        return referral.page(listed, wrong=opening.no_key(listed.reference))
    if kept is None:
        when = f" at {moment(listed.purged_at)}" if listed.purged_at else ""
        return referral.page(listed, wrong=f"Nothing is left to export: it was deleted{when}.")
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{listed.reference}.zip"',
    }
    pieces = archives.pieces(files, kept, attached, folder=listed.reference)
    return Response(pieces, headers=headers, direct_passthrough=True)


def show_erase(organisation: str, reference: str) -> Response:
    """Say what erasing does, and ask why and once more."""
    return _page("Erase", referral.known(organisation, reference))


def post_erase(organisation: str, reference: str) -> Response:
    """Erase a referral for good."""
    listed, reason = referral.known(organisation, reference), _reason()
    sure = "sure" in request.form
    if not reason or not sure:
        wrong = {"reason_wrong": "" if reason else NO_REASON, "sure_wrong": "" if sure else NOT_SURE}
        return _page("Erase", listed, **wrong)
    noting.note(listed, action="wish to erase", detail=reason)
    try:
        subjects.erase(
            site().database,
            Ledger(site().settings.ledger),
            listed.reference,
            actor=signed_in().account.id,
            now=datetime.now(UTC),
        )
    except UnderWay as problem:
        return referral.page(listed, wrong=f"Nothing was erased: {problem}.", status=409)
    except LedgerProblem:
        why = "Nothing was erased: the ledger, which keeps a restored backup from bringing it back, cannot be written."
        return referral.page(listed, wrong=f"{why} Ask whoever looks after the server.", status=503)
    site().database.checkpoint()
    address = referral.address(organisation, reference)
    return current_app.make_response(redirect(f"{address}?done=erased", 303))


def _reason() -> str:
    return plain(request.form.get("reason", ""))[:LONGEST_REASON]


def _page(what: str, listed: Listed, *, reason_wrong: str = "", sure_wrong: str = "") -> Response:
    problems = [(at, words) for at, words in (("reason", reason_wrong), ("sure", sure_wrong)) if words]
    body = render(
        f"staff/{what.lower()}.html",
        f"{what} {listed.reference}",
        listed=listed,
        base=referral.address(listed.organisation, listed.reference),
        reason=_reason(),
        problems=problems,
        reason_wrong=reason_wrong,
        sure_wrong=sure_wrong,
        wrong=bool(problems),
    )
    return Response(body, 422 if problems else 200)
