"""Agencies: who refers again and again, and what administrators decide about them and their people."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, flash, redirect, request

from gateway.identity.roles import Role
from gateway.store import accounts, agencies, invitations, people
from gateway.store.agencies import Agency
from gateway.store.people import Gone
from gateway.web.auth import links
from gateway.web.public.letters import misspelt
from gateway.web.site import site
from gateway.web.staff.frame import render
from gateway.web.staff.noting import deciding

MOST = 200  # characters of a name
NO_NAME = f"Write the name of the agency, in {MOST} characters or fewer."
THERE = "There is an agency of this name already."
NO_ADDRESS = "Enter an email address like name@example.org."
KNOWN = (
    "They can sign in here already, as staff or for an agency. Nobody is both, or two agencies, of one organisation."
)


def show_agencies(organisation: str) -> Response:
    """List the agencies of an organisation."""
    return _list(organisation)


def post_agencies(organisation: str) -> Response:
    """Add one."""
    name = " ".join(request.form.get("name", "").split())
    there = {each.name.casefold() for each in agencies.listed(site().database, organisation) if not each.ended_at}
    if not name or len(name) > MOST or not name.isprintable():
        return _list(organisation, name, NO_NAME)
    if name.casefold() in there:
        return _list(organisation, name, THERE)
    with site().database.write() as connection:
        made = agencies.add(connection, deciding(organisation), name)
    flash(f"{name} is an agency now. Invite its people.")
    return _to(organisation, made)


def show_agency(organisation: str, agency: str) -> Response:
    """Show an agency: who is there, who is invited."""
    return _page(agency_of(organisation, agency))


def post_invite_partner(organisation: str, agency: str) -> Response:
    """Invite somebody to an agency: the page shows the link once."""
    found, now = open_agency_of(organisation, agency), datetime.now(UTC)
    email = request.form.get("email", "").strip()
    if misspelt(email):
        return _page(found, email, NO_ADDRESS)
    there = accounts.find(site().database, email)
    if there and organisation in there.memberships:
        return _page(found, email, KNOWN)
    with site().database.write() as connection:
        link = people.invite(connection, deciding(organisation, now), email, Role.PARTNER, agency=found.id)
    links.hand_over(link, now)
    return _to(organisation, agency)


def post_invite_partner_again(organisation: str, agency: str) -> Response:
    """Offer the same once more, by a new link."""
    links.offer_again(organisation, _invited(open_agency_of(organisation, agency)))
    return _to(organisation, agency)


def post_withdraw_partner(organisation: str, agency: str) -> Response:
    """Take an invitation back."""
    links.withdraw(organisation, _invited(agency_of(organisation, agency)))
    return _to(organisation, agency)


def post_end_partner(organisation: str, agency: str, account: str) -> Response:
    """Take somebody out of an agency, at once."""
    found = people.member(site().database, organisation, account)
    if found is None or found.memberships[organisation].agency != agency:
        abort(404)
    try:
        with site().database.write() as connection:
            people.end_access(connection, deciding(organisation), found)
        flash(f"{found.email} sees nothing of the agency any more. What they wrote stays the agency's.")
    except Gone:
        flash(f"{found.email} had left the agency before.")
    return _to(organisation, agency)


def post_end_agency(organisation: str, agency: str) -> Response:
    """End an agency, at once."""
    found = agency_of(organisation, agency)
    with site().database.write() as connection:
        ended = agencies.end(connection, deciding(organisation), found.id)
    flash(f"{found.name} has ended." if ended else f"{found.name} had ended before.")
    return _to(organisation)


def agency_of(organisation: str, agency: str) -> Agency:
    """Find an agency of this organisation; there is no page about any other."""
    return agencies.find(site().database, organisation, agency) or abort(404)


def open_agency_of(organisation: str, agency: str) -> Agency:
    """Find one that has not ended: nothing is decided for any other."""
    found = agency_of(organisation, agency)
    return found if found.ended_at is None else abort(404)


def _list(organisation: str, name: str = "", wrong: str = "") -> Response:
    people = agencies.how_many(site().database, organisation)
    body = render(
        "staff/agencies.html",
        "Agencies",
        slug=organisation,
        agencies=[(each, people.get(each.id, 0)) for each in agencies.listed(site().database, organisation)],
        name=name,
        wrong=wrong,
    )
    return Response(body, 422 if wrong else 200)


def _page(agency: Agency, email: str = "", wrong: str = "") -> Response:
    body = render(
        "staff/agency.html",
        agency.name,
        slug=agency.organisation,
        agency=agency,
        people=agencies.people(site().database, agency.id),
        invited=_invited(agency),
        made=links.just_made(),
        sends_mail=site().sends_mail,
        email=email,
        wrong=wrong,
    )
    return Response(body, 422 if wrong else 200)


def _invited(agency: Agency) -> list[invitations.Invitation]:
    found = invitations.open_of(site().database, agency.organisation, datetime.now(UTC))
    return [each for each in found if each.agency == agency.id]


def _to(organisation: str, agency: str = "") -> Response:
    address = f"/staff/{organisation}/agencies{'/' if agency else ''}{agency}"
    return current_app.make_response(redirect(address, 303))
