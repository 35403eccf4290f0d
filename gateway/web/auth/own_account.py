"""One's own account: the password, the second factor, and where one is signed in."""

from datetime import UTC, datetime

from flask import Response, current_app, flash, redirect, request

from gateway.identity import passwords
from gateway.spans import moment
from gateway.store import accounts, audit, second_factor, sessions
from gateway.store.second_factor import FactorLocked
from gateway.web.auth import access, cookie
from gateway.web.site import site
from gateway.web.staff.frame import render


def show_account() -> Response:
    """Show what there is to an account, and where its owner is signed in."""
    now, session = datetime.now(UTC), access.signed_in()
    try:
        factor, locked = second_factor.of(site().ring, session.account), False
    except FactorLocked:
        factor, locked = None, True
    body = render(
        "staff/account.html",
        "Your account",
        email=session.account.email,
        spares=len(factor.spares) if factor else None,
        locked=locked,
        sessions=sessions.alive(site().database, session.account.id, now),
        this=session.hash,
        moment=moment,
    )
    return Response(body)


def show_password() -> Response:
    """Ask for a new password."""
    return _password_page()


def post_password() -> Response:
    """Change the password; every other session ends, and this one goes on under a new secret."""
    now, mine = datetime.now(UTC), access.signed_in()
    account = mine.account
    new = request.form.get("password", "")
    if wrong := passwords.problem(new, account.email):
        return _password_page(wrong)
    kept = passwords.hashed(new)
    with site().database.write() as connection:
        sessions.hold(connection, mine)
        accounts.set_password(connection, account.id, kept)
        secret = sessions.begin(connection, account.id, now)
        audit.of_account(connection, account, action="change password", detail="their own", now=now)
    cookie.begin(secret)
    flash("Your password is changed, and you are signed out everywhere else.")
    return _back()


def post_elsewhere() -> Response:
    """End every session but this one."""
    mine, now = access.signed_in(), datetime.now(UTC)
    with site().database.write() as connection:
        if ended := sessions.end_others(connection, mine):
            audit.of_account(connection, mine.account, action="end sessions", detail=f"{ended} elsewhere", now=now)
    flash("You are signed out everywhere else." if ended else "You were signed in nowhere else.")
    return _back()


def _password_page(wrong: str = "") -> Response:
    body = render("staff/password.html", "Change your password", wrong=wrong, least=passwords.SHORTEST)
    return Response(body, 422 if wrong else 200)


def _back() -> Response:
    return current_app.make_response(redirect(f"/{access.area()}/account", 303))
