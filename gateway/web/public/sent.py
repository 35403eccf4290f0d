"""After sending: the receipt; and the quick way out, which leaves nothing behind."""

from flask import Response, abort, request
from werkzeug.urls import iri_to_uri

from gateway.web.public import pages, problems, rendering
from gateway.web.public.receipt import receipt
from gateway.web.public.visit import PARTNER, Visit
from gateway.web.security import looks_ahead
from gateway.web.shell import QUIET_PAGE
from gateway.web.tokens import read_instance


def show_sent(organisation: str, form: str, instance: str, *, embedded: bool) -> Response:
    """Show that a form was sent, under which reference, and what happens next."""
    visit = _visit(organisation, form, instance, embedded=embedded)
    listed = visit.sent()
    if listed is None:
        return problems.gone(visit)
    if visit.sender:
        return rendering.lead(visit, f"{PARTNER}/{organisation}/referrals/{listed.reference}")
    return receipt(visit, listed, other_answers=False)


def leave(organisation: str, form: str, instance: str, *, embedded: bool) -> Response:
    """Delete the draft and lead somewhere that gives nothing away."""
    visit = _visit(organisation, form, instance, embedded=embedded)
    if looks_ahead(request):
        abort(503)  # a program that only looks ahead must not delete anything
    visit.site.drafts.leave(visit.instance, organisation, form)
    quick_exit = visit.form.quick_exit
    response = rendering.lead(visit, iri_to_uri((quick_exit.url if quick_exit else None) or QUIET_PAGE))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _visit(organisation: str, form: str, instance: str, *, embedded: bool) -> Visit:
    visit = pages.opened(organisation, form, embedded=embedded)
    secret = read_instance(instance)
    if secret is None:
        abort(404)
    return visit.with_instance(secret)
