"""Beginning a form for an agency, going on with what a colleague has begun, and letting go of it.

The pages in between are those of everybody. Nothing begins by opening a page: that takes a button.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps

from flask import Response, abort, current_app, flash, redirect

from gateway.languages import ENGLISH
from gateway.store import agencies, agency_drafts
from gateway.store.agency_drafts import MOST, Shared
from gateway.store.holding import AgencyEnded
from gateway.web.partner import colleagues, known
from gateway.web.partner.acting import sender
from gateway.web.public import pages, prefilling, rendering, sending, suspicion
from gateway.web.public.marks import Marks
from gateway.web.public.suspicion import TooMany
from gateway.web.public.visit import Visit, resume
from gateway.web.site import site
from gateway.web.staff.frame import render

MANY_OPEN = f"Your agency has {MOST} forms that are begun and not sent. Send or delete some of them first."
MANY_BEGUN = "You have begun very many forms in a short time. Nothing was lost: try again in {minutes} minutes."


def show_start(organisation: str, form: str) -> Response:
    """Say what a form is, with the button that begins it."""
    return _start(_opened(organisation, form))


def post_start(organisation: str, form: str) -> Response:
    """Begin a form, with what the agency says of itself."""
    visit = _opened(organisation, form)
    if not visit.form.open:
        return _start(visit)
    return begun(visit, known.of_agency(visit.form, _details()))


def begun(visit: Visit, given: Mapping[str, str]) -> Response:
    """Begin a draft for the agency with answers that stand on their pages to be looked at; lead to its first page."""
    acting = sender()
    if len(_drafts(visit)) >= MOST:
        return _start(visit, wrong=MANY_OPEN)
    try:
        suspicion.let_begin(visit)
    except TooMany as much:
        return _start(visit, wrong=MANY_BEGUN.format(minutes=much.seconds // 60 + 1), status=429)
    visit = replace(visit, marks=Marks(visit.now, agency=acting.agency))
    visit = visit.saving(lambda answers: {**answers, **prefilling.marked(given)})
    try:
        agency_drafts.share(
            visit.site.database,
            visit.site.ring,
            visit.instance,
            agency=acting.agency,
            account=acting.account or "",
            now=visit.now,
        )
    except AgencyEnded:
        visit.site.drafts.forget(visit.instance)
        raise
    return rendering.lead(visit, sending.next_place(visit))


def show_draft(organisation: str, draft: str) -> Response:
    """Go on with a form where it stopped, whoever of the agency has begun it."""
    shared = _shared(organisation, draft)
    visit = resume(_opened(organisation, shared.form), shared.instance) or abort(404)
    return rendering.lead(visit, sending.next_place(visit))


def of_agency(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a page of a form be filled in for an agency: the page is everybody's, the draft the agency's."""

    @wraps(view)
    def acting(**values: str) -> Response:
        sender()
        colleagues.note_page(values["organisation"], values["instance"])
        return view(**values, embedded=False)

    return acting


def post_delete(organisation: str, draft: str) -> Response:
    """Delete what was begun."""
    shared = _shared(organisation, draft)
    colleagues.note_deletion(organisation, shared.hash)
    site().drafts.forget(shared.instance)
    flash("The form was deleted. Nothing of it was sent.")
    return current_app.make_response(redirect(f"/partner/{organisation}/", 303))


def opened_again(organisation: str, form: str) -> Visit | None:
    """Open a form for one more referral; None where it is closed or gone."""
    found = site().organisations[organisation].forms.get(form)
    return _opened(organisation, form) if found and found.open else None


def details_for(visit: Visit) -> dict[str, str]:
    """Give what the agency says of itself, as this form asks for it."""
    return known.of_agency(visit.form, _details())


def _opened(organisation: str, form: str) -> Visit:
    sender()
    return pages.opened(organisation, form, embedded=False)


def _details() -> dict[str, str]:
    return agencies.details(site().database, site().ring, sender().agency)


def _drafts(visit: Visit) -> list[Shared]:
    return agency_drafts.listed(
        visit.site.database, visit.site.ring, visit.organisation.slug, sender().agency, visit.now
    )


def _shared(organisation: str, draft: str) -> Shared:
    now = datetime.now(UTC)
    found = agency_drafts.find(site().database, site().ring, organisation, sender().agency, draft, now)
    return found or abort(404)


def _start(visit: Visit, *, wrong: str = "", status: int = 422) -> Response:
    form = visit.form
    body = render(
        "partner/start.html",
        form.title.within(ENGLISH),
        introduction=form.introduction.within(ENGLISH) if form.introduction else "",
        closed=(form.closed.within(ENGLISH) if form.closed else "This form is closed.") if not form.open else "",
        days=visit.patience.days,
        base=f"/partner/{visit.organisation.slug}",
        action=visit.start,
        wrong=wrong,
    )
    return Response(body, status if wrong else 200)
