"""Signing in with address and password, and signing out."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, redirect, request

from gateway.identity import passwords
from gateway.store import accounts, sessions
from gateway.web.auth import access, cookie
from gateway.web.site import site
from gateway.web.staff.frame import render

WRONG = "The email address or the password is not right."


def init_app(bp: Blueprint) -> None:
    """Add the pages to an area of people who sign in."""
    access.add(bp, "/sign-in", show_sign_in, role=access.ANYBODY)
    access.add(bp, "/sign-in", post_sign_in, role=access.ANYBODY, method="POST")
    access.add(bp, "/sign-out", post_sign_out, role=access.ANYBODY, method="POST")


def show_sign_in() -> Response:
    """Ask who it is."""
    return _page()


def post_sign_in() -> Response:
    """Begin a session for whoever knows the password."""
    now = datetime.now(UTC)
    account = accounts.find(site().database, request.form.get("email", ""))
    known = account.password if account and account.disabled_at is None else None
    if not passwords.matches(request.form.get("password", ""), known) or account is None:
        return _page(email=request.form.get("email", ""), wrong=WRONG, status=422)
    with site().database.write() as connection:
        secret = sessions.begin(connection, account.id, now)
    cookie.begin(secret)
    area = request.path.split("/")[1]
    return current_app.make_response(redirect(access.safe_next(request.form.get("next", "")) or f"/{area}/", 303))


def post_sign_out() -> Response:
    """End the session of this browser."""
    if secret := cookie.secret():
        sessions.end(site().database, secret)
    cookie.forget()
    return current_app.make_response(redirect(request.path.replace("sign-out", "sign-in"), 303))


def _page(*, email: str = "", wrong: str = "", status: int = 200) -> Response:
    where = access.safe_next(request.values.get("next", ""))
    body = render("staff/sign_in.html", "Sign in", email=email, wrong=wrong, next=where)
    return Response(body, status)
