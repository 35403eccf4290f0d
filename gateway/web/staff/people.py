"""People: who may sign in for an organisation, and what its administrators decide about that."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, flash, redirect, request

from gateway.identity.roles import STAFF, Role
from gateway.spans import moment
from gateway.store import accounts, invitations, people
from gateway.store.accounts import Account
from gateway.store.invitations import Invitation, Link
from gateway.store.people import Gone, LastAdmin
from gateway.web.auth import links
from gateway.web.auth.access import signed_in
from gateway.web.public.letters import misspelt
from gateway.web.site import site
from gateway.web.staff.agencies import NO_ADDRESS
from gateway.web.staff.frame import render
from gateway.web.staff.noting import deciding

GONE = "Somebody else has ended their access meanwhile. Nothing was changed."
LAST_ADMIN = "Nobody else is an administrator here. Make somebody else one first."
ELSEWHERE = "They sign in for another organisation too, so whoever runs the gateway has to do it: flask users reset."
NO_ROLE = "Choose what they may do."


def show_people(organisation: str) -> Response:
    """List the staff of an organisation, and who is invited."""
    staff = [
        (each, each.memberships[organisation].role)
        for each in accounts.of_organisation(site().database, organisation)
        if each.memberships[organisation].role in STAFF
    ]
    body = render(
        "staff/people.html",
        "People",
        slug=organisation,
        people=staff,
        invited=_invited(organisation),
        sends_mail=site().sends_mail,
        made=links.just_made(),
        me=signed_in().account.id,
        moment=moment,
    )
    return Response(body)


def show_invite(organisation: str) -> Response:
    """Ask whom to invite."""
    return _invite_page(organisation)


def post_invite(organisation: str) -> Response:
    """Invite somebody: the next page shows the link."""
    email, role, now = request.form.get("email", "").strip(), _role(), datetime.now(UTC)
    there = accounts.find(site().database, email)
    wrong = "They can sign in here already." if there and organisation in there.memberships else ""
    wrong = NO_ADDRESS if misspelt(email) else wrong
    if wrong or role is None:
        return _invite_page(organisation, email, wrong_email=wrong, wrong_role="" if role else NO_ROLE)
    with site().database.write() as connection:
        link = people.invite(connection, deciding(organisation, now), email, role)
    return _shown(organisation, link, now)


def post_invite_again(organisation: str) -> Response:
    """Offer the same once more, by a new link."""
    links.offer_again(organisation, _invited(organisation))
    return _list(organisation)


def post_withdraw(organisation: str) -> Response:
    """Take an invitation back."""
    links.withdraw(organisation, _invited(organisation))
    return _list(organisation)


def show_person(organisation: str, account: str) -> Response:
    """Show what somebody may do, and what can be decided about that."""
    return _person_page(organisation, _member(organisation, account))


def post_role(organisation: str, account: str) -> Response:
    """Let somebody be something else, from their next click on."""
    found, role = _member(organisation, account), _role()
    if role is None:
        return _person_page(organisation, found, NO_ROLE)
    try:
        with site().database.write() as connection:
            if role is not Role.ADMIN:
                people.keep_an_admin(connection, organisation, found.id)
            people.change_role(connection, deciding(organisation), found.id, role)
    except LastAdmin:
        return _person_page(organisation, found, LAST_ADMIN)
    except Gone:
        return _gone(organisation, found)
    flash(f"{found.email} is {role} from now on.")
    return _list(organisation, found)


def post_end(organisation: str, account: str) -> Response:
    """End somebody's access, at once."""
    found = _member(organisation, account)
    try:
        with site().database.write() as connection:
            people.keep_an_admin(connection, organisation, found.id)
            people.end_access(connection, deciding(organisation), found)
    except LastAdmin:
        return _person_page(organisation, found, LAST_ADMIN)
    except Gone:
        return _gone(organisation, found)
    flash(f"{found.email} can do nothing here any more.")
    return _list(organisation, found)


def post_reset(organisation: str, account: str) -> Response:
    """Let somebody who cannot sign in choose a new password: the next page shows the link."""
    found, now = _member(organisation, account), datetime.now(UTC)
    if set(found.memberships) != {organisation}:
        # Whoever could do this could become somebody else there.
        return _person_page(organisation, found, ELSEWHERE)
    role = found.memberships[organisation].role
    try:
        with site().database.write() as connection:
            link = people.let_choose(connection, deciding(organisation, now), site().ring, found, role)
    except Gone:
        return _gone(organisation, found)
    return _shown(organisation, link, now)


def _gone(organisation: str, found: Account) -> Response:
    flash(f"{found.email}: {GONE}")
    return _list(organisation, found)


def _invited(organisation: str) -> list[Invitation]:
    found = invitations.open_of(site().database, organisation, datetime.now(UTC))
    return [each for each in found if each.role in STAFF and each.account is None]


def _shown(organisation: str, link: Link, now: datetime) -> Response:
    links.hand_over(link, now)
    return _list(organisation)


def _member(organisation: str, account: str) -> Account:
    """Find one of the staff; people of agencies are their agency's."""
    found = people.member(site().database, organisation, account)
    if found is None or found.memberships[organisation].role not in STAFF:
        abort(404)
    return found


def _role() -> Role | None:
    wanted = request.form.get("role", "")
    return Role(wanted) if wanted in STAFF else None


def _invite_page(organisation: str, email: str = "", *, wrong_email: str = "", wrong_role: str = "") -> Response:
    wrong = wrong_email or wrong_role
    body = render(
        "staff/invite.html",
        "Invite somebody",
        slug=organisation,
        email=email,
        role=request.form.get("role", ""),
        wrong=wrong,
        wrong_email=wrong_email,
        wrong_role=wrong_role,
    )
    return Response(body, 422 if wrong else 200)


def _person_page(organisation: str, found: Account, wrong: str = "") -> Response:
    body = render(
        "staff/person.html",
        found.email,
        slug=organisation,
        person=found,
        role=found.memberships[organisation].role,
        myself=found.id == signed_in().account.id,
        elsewhere=len(found.memberships) > 1,
        wrong=wrong,
    )
    return Response(body, 422 if wrong else 200)


def _list(organisation: str, changed: Account | None = None) -> Response:
    # Whoever has changed what they may do themselves may not see this list any more.
    mine = changed is not None and changed.id == signed_in().account.id
    return current_app.make_response(redirect("/staff/" if mine else f"/staff/{organisation}/people", 303))
