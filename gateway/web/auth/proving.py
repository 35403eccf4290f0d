"""Proving once more who one is, before what cannot be taken back: with the password, or with a code where there is one.

Where a second factor is on, the password alone proves nothing: it could switch that off.
"""

from datetime import UTC, datetime

from flask import Response, request

from gateway.store import sessions, tries
from gateway.web.auth import access, proofs
from gateway.web.auth.proofs import Wait
from gateway.web.auth.signing_in import WRONG_CODE, answer
from gateway.web.site import site
from gateway.web.staff.frame import render

WRONG = "This password is not right."


def show_proof() -> Response:
    """Ask for a proof."""
    return _page()


def post_proof() -> Response:
    """Take a password or a code as proof, and lead back."""
    now, account = datetime.now(UTC), access.signed_in().account
    try:
        who = proofs.begin_code(account, now)
    except Wait as wait:
        return _page(wrong=str(wait), wait=wait)
    if account.sealed_secret is not None:
        right, wrong = proofs.code_is_right(account, request.form.get("code", ""), who, now), WRONG_CODE
    else:
        right, wrong = proofs.password_is_right(account, request.form.get("password", ""), who, now), WRONG
    if not right:
        return _page(wrong=wrong)
    with site().database.write() as connection:
        tries.succeeded(connection, who, now)
        sessions.prove(connection, access.signed_in(), now)
    return access.go_on()


def _page(*, wrong: str = "", wait: Wait | None = None) -> Response:
    where, account = access.safe_next(request.values.get("next", "")), access.signed_in().account
    has_code = account.sealed_secret is not None
    body = render(
        "staff/proof.html",
        "Is it you?",
        wrong=wrong,
        at="code" if has_code else "password",
        next=where,
        has_password=account.password is not None and not has_code,
        has_code=has_code,
    )
    return answer(body, wrong, wait)
