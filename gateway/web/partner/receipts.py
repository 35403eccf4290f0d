"""One referral of an agency: the receipt to print, where it stands, and the way to refer another like it."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, flash, redirect, request

from gateway.forms.typed import tidy
from gateway.keys import KeyMissing, SealBroken
from gateway.languages import ENGLISH
from gateway.store import accounts, audit, own_references, referrals, sent_lists
from gateway.store.sent_lists import Listed
from gateway.web.partner import filling, known
from gateway.web.partner.acting import sender
from gateway.web.partner.home import agency_at, name_of, title_of
from gateway.web.partner.standing import moment, sentence_of, words_of
from gateway.web.site import site
from gateway.web.staff.frame import render

OWN = "own_reference"
CLOSED = "This form takes nothing at the moment, so no other referral was begun."
TOO_LATE = "What was sent with this referral is deleted by now, and so is your own reference. Nothing was kept."


def show_receipt(organisation: str, reference: str) -> Response:
    """Show where a referral stands. Never an answer: this page is made to be printed and filed."""
    return _page(_known(organisation, reference), organisation)


def post_own_reference(organisation: str, reference: str) -> Response:
    """Keep the agency's own word for a referral, or let go of it."""
    standing, typed = _known(organisation, reference), tidy(request.form.get(OWN, ""))
    if not own_references.is_a_word(typed):
        return _page(standing, organisation, typed=typed, wrong=own_references.NO_WORD)
    if not own_references.keep(site().database, site().ring, standing.reference, typed):
        return _page(standing, organisation, wrong=TOO_LATE)
    flash("Your own reference is kept." if typed else "It has no reference of your own now.")
    address = f"/partner/{organisation}/referrals/{standing.reference}"
    return current_app.make_response(redirect(address, 303))


def _page(
    standing: Listed, organisation: str, *, typed: str | None = None, wrong: str = "", closed: bool = False
) -> Response:
    charity = site().organisations[organisation]
    form = site().definition(standing.definition, organisation, standing.form)
    own = own_references.of(site().database, site().ring, [standing.reference]).get(standing.reference, "")
    body = render(
        "partner/receipt.html",
        standing.reference,
        agency=agency_at(organisation).name,
        charity=name_of(charity),
        phone=charity.profile.contact.phone if charity.profile else "",
        standing=standing,
        email=accounts.emails(site().database, [standing.account or ""]).get(standing.account or ""),
        form=title_of(organisation, standing.form),
        words=words_of(standing.state),
        sentence=sentence_of(standing, name_of(charity)),
        next=form.sent.what_happens_next.within(ENGLISH) if form and form.sent else "",
        base=f"/partner/{organisation}",
        can_repeat=filling.opened_again(organisation, standing.form) is not None,
        own=own,
        typed=own if typed is None else typed,
        problems=[(OWN, wrong)] if wrong else [("", CLOSED)] if closed else [],
        by_field={OWN: wrong} if wrong else {},
        wrong=bool(wrong or closed),
        moment=moment,
    )
    return Response(body, 422 if wrong or closed else 200)


def post_again(organisation: str, reference: str) -> Response:
    """Begin another referral with what is the agency's own in this one: nothing of whom it was about."""
    standing = _known(organisation, reference)
    visit = filling.opened_again(organisation, standing.form)
    if visit is None:
        return _page(standing, organisation, closed=True)
    now = datetime.now(UTC)
    audit.note(
        site().database,
        actor=sender().account or "",
        action="refer another",
        organisation=organisation,
        reference=standing.reference,
        detail="what the agency says of itself, and what it chose",
        now=now,
    )
    given = filling.details_for(visit)
    try:
        with site().database.read() as connection:
            before = referrals.opened(connection, site().ring, standing.reference)
    except (KeyMissing, SealBroken):
        before = None
    return filling.begun(visit, {**given, **(known.of_referral(visit.form, before) if before else {})})


def _known(organisation: str, reference: str) -> Listed:
    return sent_lists.find(site().database, agency_at(organisation).id, reference) or abort(404)
