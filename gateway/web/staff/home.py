"""Where staff begin: the organisations that they may do something for, and what needs a person there."""

from flask import Response, current_app, redirect

from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff.frame import render


def show_organisations() -> Response:
    """List the organisations of who is signed in; of one alone, go there."""
    mine = [slug for slug in sorted(signed_in().account.memberships) if slug in site().organisations]
    if len(mine) == 1:
        return current_app.make_response(redirect(f"/staff/{mine[0]}/", 303))
    names = [(slug, str(profile.name)) for slug in mine if (profile := site().organisations[slug].profile)]
    return Response(render("staff/organisations.html", "Your organisations", organisations=names))


def show_to_do(organisation: str) -> Response:
    """Show what needs a person."""
    return Response(render("staff/to_do.html", "To do", slug=organisation))
