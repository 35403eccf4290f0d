"""Signing in with address, password and, where somebody has one, a code of their telephone; and signing out."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Response, current_app, redirect, request

from gateway.store import accounts, audit, holding, sessions, tries
from gateway.store.accounts import Account
from gateway.store.hashing import hash_of
from gateway.store.tries import Who
from gateway.web.auth import access, cookie, proofs
from gateway.web.auth.proofs import Wait
from gateway.web.site import site
from gateway.web.staff.frame import render

WRONG = "The email address or the password is not right."
WRONG_CODE = "This code is not right, or it was used before. Wait for the next one, and type that."


def show_sign_in() -> Response:
    """Ask who it is."""
    return _page()


def post_sign_in() -> Response:
    """Begin a session for whoever knows the password; or ask for the code."""
    now, email = datetime.now(UTC), request.form.get("email", "")
    account = accounts.find(site().database, email)
    try:
        who = proofs.begin(email, now)
    except Wait as wait:
        return _page(email=email, wrong=str(wait), wait=wait)
    if not proofs.password_is_right(account, request.form.get("password", ""), who, now) or account is None:
        return _page(email=email, wrong=WRONG)
    if account.sealed_secret is None:
        return let_in(account, who, now)
    end_before()
    with site().database.write() as connection:
        tries.take_back(connection, who)
    cookie.begin_half(account.id, proof_of(account), now)
    return _on("sign-in/code")


def show_code() -> Response:
    """Ask for the code, of whoever knew the password a moment ago."""
    return _code_page() if _half(datetime.now(UTC)) else _on("sign-in")


def post_code() -> Response:
    """Begin a session for whoever has the code too."""
    now = datetime.now(UTC)
    account = _half(now)
    if account is None:
        return _on("sign-in")
    try:
        who = proofs.begin_code(account, now)
    except Wait as wait:
        return _code_page(wrong=str(wait), wait=wait)
    if not proofs.code_is_right(account, request.form.get("code", ""), who, now):
        return _code_page(wrong=WRONG_CODE)
    return let_in(account, who, now)


def post_sign_out() -> Response:
    """End the session of this browser."""
    now = datetime.now(UTC)
    found = access.current(now)
    end_before()
    if found is not None:
        with site().database.write() as connection:
            audit.of_account(connection, found.account, action="sign out", detail="their own", now=now)
    cookie.forget()
    response = current_app.make_response(redirect(f"/{access.area()}/sign-in", 303))
    # Some browsers keep pages for "Back" that they were asked to keep nowhere.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def let_in(account: Account, who: Who, now: datetime) -> Response:
    """Begin a new session, end the one that this browser had, and lead to the page that was wanted.

    What was decided about the account while its password was looked at counts.
    """
    end_before()
    with site().database.write() as connection:
        if not holding.unchanged(connection, account):
            return _page(email=account.email, wrong=WRONG)
        tries.succeeded(connection, who, now)
        secret = sessions.begin(connection, account.id, now)
        audit.of_account(connection, account, action="sign in", detail=access.area(), now=now)
    cookie.begin(secret)
    return access.go_on()


def end_before() -> None:
    """End the session that this browser had."""
    if secret := cookie.secret():
        sessions.end(site().database, secret)


def _half(now: datetime) -> Account | None:
    whose, proof = cookie.halfway(now)
    account = accounts.by_id(site().database, whose)
    if account is None or account.disabled_at is not None or account.sealed_secret is None:
        return None
    return account if proof_of(account) == proof else None


def proof_of(account: Account) -> str:
    """Name the password that an account has now, so that half a sign-in ends with it; it cannot be read from that."""
    return hash_of(account.password or "")[:16]


def _on(page: str) -> Response:
    wanted = access.safe_next(request.values.get("next", ""))
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return current_app.make_response(redirect(f"/{access.area()}/{page}{query}", 303))


def _page(*, email: str = "", wrong: str = "", wait: Wait | None = None) -> Response:
    where = access.safe_next(request.values.get("next", ""))
    at = "email" if wait is None else ""
    body = render("staff/sign_in.html", "Sign in", email=email, wrong=wrong, at=at, next=where)
    return answer(body, wrong, wait)


def _code_page(*, wrong: str = "", wait: Wait | None = None) -> Response:
    where = access.safe_next(request.values.get("next", ""))
    return answer(render("staff/code.html", "Your code", wrong=wrong, next=where), wrong, wait)


def answer(body: str, wrong: str = "", wait: Wait | None = None) -> Response:
    """Answer with a page that asks for a proof: 429 where somebody has to wait, 422 where something is wrong."""
    if wait is not None:
        return Response(body, 429, {"Retry-After": str(wait.seconds)})
    return Response(body, 422 if wrong else 200)
