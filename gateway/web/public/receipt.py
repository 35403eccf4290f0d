"""The receipt of a referral, later its status: a reference and what happens next, never an answer."""

from dataclasses import replace
from datetime import datetime

from flask import Response

from gateway.forms.dates import moment_in_words
from gateway.languages import catalogue
from gateway.store.referrals import Listed
from gateway.store.states import ReferralState
from gateway.web.public import rendering
from gateway.web.public.kept import mark
from gateway.web.public.visit import LONDON, Visit
from gateway.web.trials import Mode, Trial


def receipt(visit: Visit, listed: Listed, *, other_answers: bool) -> Response:
    """Show the receipt; with `other_answers`, say that a later send of the same form was not taken."""
    if listed.test and not visit.marks.trial:
        visit = replace(visit, marks=replace(visit.marks, trial=Trial(Mode.NOWHERE)))
    sent = visit.form.sent
    delivered = listed.state == ReferralState.DELIVERED
    return rendering.respond_kept(
        visit,
        "public/sent.html",
        409 if other_answers else 200,
        key=(delivered, other_answers),
        words=[listed.reference, in_words(visit, listed.created_at)],
        reference=mark(0),
        what_happens_next=sent.what_happens_next.within(visit.language) if sent else "",
        status="passed on" if delivered else "received",
        sent_at=mark(1),
        repeat=other_answers,
        fresh=visit.start,
    )


def in_words(visit: Visit, at: datetime) -> str:
    """Write a time in the page's language, as it is in the United Kingdom."""
    return moment_in_words(at.astimezone(LONDON), catalogue(visit.language).gettext)
