"""Switching a second factor on, once a code of it was right, and off again."""

import base64
import binascii
from datetime import UTC, datetime

import segno
from flask import Response, current_app, flash, redirect, request
from markupsafe import Markup

from gateway.identity.codes import Factor, grouped
from gateway.keys import KeyMissing, SealBroken
from gateway.store import audit, second_factor, sessions
from gateway.store.accounts import Account
from gateway.web.auth import access, cookie
from gateway.web.site import site
from gateway.web.staff.frame import render

ISSUER = "Referral gateway"
WRONG = "This code is not right. Look whether the telephone's clock sets itself, then type the code that it shows now."
_OFFERED, _SPARES = "factor", "spares"  # in the cookie


def show_factor() -> Response:
    """Offer a second factor; or say that there is one."""
    account = access.signed_in().account
    if account.sealed_secret is not None:
        return Response(render("staff/factor_on.html", "Your second factor", spares=_just_made()))
    return _offer(account, _offered(account) or _new(account))


def post_factor() -> Response:
    """Switch it on, if the code is right: from now on signing in asks for one."""
    now, account = datetime.now(UTC), access.signed_in().account
    factor = _offered(account)
    if factor is None or account.sealed_secret is not None:
        return _back()
    step = factor.step(request.form.get("code", ""), now, after=None)
    if step is None:
        return _offer(account, factor, wrong=WRONG)
    sealed = base64.b64decode(cookie.take(_OFFERED))
    with site().database.write() as connection:
        sessions.hold(connection, access.signed_in())
        second_factor.switch_on(connection, account.id, sealed, step)
        detail = f"their own, {len(factor.spares)} spare codes"
        audit.of_account(connection, account, action="second factor on", detail=detail, now=now)
    cookie.keep(_SPARES, "yes")
    return _back()


def post_factor_off() -> Response:
    """Switch it off."""
    now, account = datetime.now(UTC), access.signed_in().account
    with site().database.write() as connection:
        sessions.hold(connection, access.signed_in())
        second_factor.switch_off(connection, account.id)
        audit.of_account(connection, account, action="second factor off", detail="their own", now=now)
    flash("Your second factor is off. Signing in asks for your password alone.")
    return current_app.make_response(redirect(f"/{access.area()}/account", 303))


def _offered(account: Account) -> Factor | None:
    """Read what the page before offered: sealed in the cookie, so that a copy of that opens nothing."""
    try:
        return second_factor.opened(site().ring, account.id, base64.b64decode(cookie.kept(_OFFERED)))
    except (KeyMissing, SealBroken, binascii.Error):
        return None


def _new(account: Account) -> Factor:
    factor = Factor.new()
    cookie.keep(_OFFERED, base64.b64encode(second_factor.seal(site().ring, account.id, factor)).decode())
    return factor


def _just_made() -> list[str]:
    """Give the spare codes once, right after they were made."""
    factor = second_factor.of(site().ring, access.signed_in().account) if cookie.take(_SPARES) else None
    return [grouped(each, 5) for each in factor.spares] if factor else []


def _offer(account: Account, factor: Factor, *, wrong: str = "") -> Response:
    picture = segno.make(factor.address(account.email, ISSUER), error="m", micro=False)
    body = render(
        "staff/factor.html",
        "Add a second factor",
        # Of our own making: a picture of an address that we wrote.
        picture=Markup(picture.svg_inline(omitsize=True, border=4, svgclass="code", lineclass=None)),  # noqa: S704
        key=factor.as_text(),
        wrong=wrong,
    )
    return Response(body, 422 if wrong else 200)


def _back() -> Response:
    return current_app.make_response(redirect(f"/{access.area()}/account/second-factor", 303))
