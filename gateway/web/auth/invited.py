"""Behind the link of an invitation. Opening it changes nothing, for mail scanners open links before people do."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, flash, redirect, request

from gateway.identity import passwords
from gateway.identity.roles import Role
from gateway.store import accounts, audit, invitations, people, sessions
from gateway.store.accounts import Account, AccountExists
from gateway.store.holding import AgencyEnded
from gateway.store.invitations import Invitation
from gateway.store.people import Taken
from gateway.web.auth import access, cookie
from gateway.web.site import site
from gateway.web.staff.frame import render

_MAY = {
    Role.PARTNER: "refer people to it, and see where each of your referrals stands",
    Role.VIEWER: "see where each referral stands",
    Role.OPERATOR: "read referrals and bring them on their way",
    Role.ADMIN: "read referrals, bring them on their way, and say who else may sign in",
}


def show_invitation(secret: str) -> Response:
    """Say what is offered, and ask for what is still needed."""
    found = _found(secret)
    return _page(found) if found else ended()


def post_invitation(secret: str) -> Response:
    """Take what is offered: with a new password, or into the account of whoever is signed in."""
    found, now = _found(secret), datetime.now(UTC)
    if found is None:
        return ended()
    try:
        if found.account is not None:
            return _choose(found, found.account, now)
        return _join(found, now) if accounts.find(site().database, found.email) else _begin(found, now)
    except (Taken, AccountExists, AgencyEnded):
        return ended()


def _begin(found: Invitation, now: datetime) -> Response:
    """Make the account of somebody who is new here."""
    new = request.form.get("password", "")
    if wrong := passwords.problem(new, found.email):
        return _page(found, wrong=wrong)
    kept = passwords.hashed(new)
    with site().database.write() as connection:
        account = accounts.write(connection, found.email, password=kept, now=now)
        people.accept(connection, found, account, now)
        secret = sessions.begin(connection, account, now)
    cookie.begin(secret)
    return _in(found)


def begin_vouched(found: Invitation, issuer: str, subject: str, provider: str, now: datetime) -> Response:
    """Make the account of somebody who is new here, and for whom a provider vouches: it has no password."""
    try:
        with site().database.write() as connection:
            account = accounts.write(connection, found.email, password=None, now=now)
            people.accept(connection, found, account, now)
            accounts.link(connection, account, issuer, subject)
            audit.write(
                connection,
                actor=account,
                action="link account",
                organisation=found.organisation,
                detail=f"vouched for by {found.organisation}",
                now=now,
            )
            # The link is what proves them now, as where a password is chosen by it.
            secret = sessions.begin(connection, account, now)
    except (Taken, AccountExists, AgencyEnded):
        return ended()
    cookie.begin(secret)
    return _in(found, f"sign in with {provider}")


def address(found: Invitation, secret: str) -> str:
    """Give the path of an invitation's link."""
    return f"/{'partner' if found.role is Role.PARTNER else 'staff'}/invitation/{secret}"


def _join(found: Invitation, now: datetime) -> Response:
    """Give a role to whoever is signed in, if the invitation is for them."""
    session = access.current(now)
    if session is None or session.account.email != found.email or found.organisation in session.account.memberships:
        return _page(found)
    with site().database.write() as connection:
        people.accept(connection, found, session.account.id, now)
    return _in(found)


def _choose(found: Invitation, account: str, now: datetime) -> Response:
    """Give somebody who has lost their password a new one; they sign in with it, as always."""
    if _is_elsewhere_now(found, account):
        return ended()
    new = request.form.get("password", "")
    if wrong := passwords.problem(new, found.email):
        return _page(found, wrong=wrong)
    kept = passwords.hashed(new)
    with site().database.write() as connection:
        if not invitations.spend(connection, found, now):
            raise Taken
        accounts.set_password(connection, account, kept)
        audit.write(
            connection,
            actor=account,
            action="change password",
            organisation=found.organisation,
            detail="by a link",
            now=now,
        )
    cookie.forget()
    flash("Your new password is set. Sign in with it.")
    return current_app.make_response(redirect(f"/{access.area()}/sign-in", 303))


def _is_elsewhere_now(found: Invitation, account: str) -> bool:
    """Tell whether whoever made a link and saw it would become somebody of another organisation by it."""
    theirs = accounts.by_id(site().database, account)
    return found.invited_by is not None and theirs is not None and set(theirs.memberships) != {found.organisation}


def _in(found: Invitation, how: str = "sign in with your email address and password") -> Response:
    flash(f"You are signed in. Next time, {how}.")
    there = "/partner/" if found.role is Role.PARTNER else f"/staff/{found.organisation}/"
    return current_app.make_response(redirect(there, 303))


def _vouching(found: Invitation, account: Account | None) -> str:
    """Name the organisation whose provider can take an invitation by itself; "" where none can."""
    profile = site().organisations[found.organisation].profile
    sign_in = profile.sign_in if profile else None
    if sign_in is None or found.account is not None or (account is not None and account.issuer is None):
        return ""
    return found.organisation


def _found(secret: str) -> Invitation | None:
    """Find an invitation that can still be taken, at the address of its own area."""
    found = invitations.find(site().database, secret, datetime.now(UTC))
    if found is None or found.organisation not in site().organisations:
        return None
    if (found.role is Role.PARTNER) != (access.area() == "partner"):
        abort(404)
    return found


def _page(found: Invitation, *, wrong: str = "") -> Response:
    now = datetime.now(UTC)
    session, account = access.current(now), accounts.find(site().database, found.email)
    profile = site().organisations[found.organisation].profile
    template = "staff/invited.html"
    if found.account is None and account is not None:
        template = "staff/invited_again.html"
    body = render(
        template,
        "Choose a new password" if found.account else "Your invitation",
        wrong=wrong,
        anew=found.account is not None,
        email=found.email,
        organisation=str(profile.name) if profile else found.organisation,
        may=_MAY[found.role],
        least=passwords.SHORTEST,
        signed_in=session.account.email if session else "",
        has_role=account is not None and found.organisation in account.memberships,
        here=request.path,
        secret=request.path.rpartition("/")[2],
        vouching=_vouching(found, account),
    )
    return Response(body, 422 if wrong else 200)


def ended() -> Response:
    """Say that a link has ended."""
    return Response(render("staff/invitation_ended.html", "This link has ended"), 410)
