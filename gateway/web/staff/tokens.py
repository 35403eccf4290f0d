"""Tokens of an agency: by which its own software calls the partner API. Made here, shown once, ended at once."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import Response, current_app, flash, redirect, request

from gateway.store import api_tokens
from gateway.store.agencies import Agency
from gateway.web.auth import cookie
from gateway.web.site import site
from gateway.web.staff.agencies import agency_of, open_agency_of
from gateway.web.staff.frame import render
from gateway.web.staff.noting import deciding

MOST_NAME, DAYS, MOST_DAYS = 100, 365, 3650
_MADE = "token"  # sealed in the cookie, until the next page has shown it


class Asked(NamedTuple):
    """What somebody wants of a new token."""

    name: str = ""
    days: str = str(DAYS)
    forms: tuple[str, ...] = ()


def show_tokens(organisation: str, agency: str) -> Response:
    """List the tokens of an agency; one that was made a moment ago is shown, once."""
    return _page(agency_of(organisation, agency), Asked())


def post_token(organisation: str, agency: str) -> Response:
    """Make one."""
    found, now = open_agency_of(organisation, agency), datetime.now(UTC)
    name = " ".join(request.form.get("name", "").split())
    asked = Asked(name, request.form.get("days", "").strip(), tuple(request.form.getlist("forms")))
    if wrong := _wrong(organisation, asked):
        return _page(found, asked, wrong)
    with site().database.write() as connection:
        until = now + timedelta(days=int(asked.days))
        made = api_tokens.add(
            connection, deciding(organisation, now), found.id, asked.name, forms=asked.forms, expires_at=until
        )
    cookie.keep_secret(_MADE, made)
    return _to(found)


def post_end_token(organisation: str, agency: str) -> Response:
    """End one, at once."""
    found, wanted = agency_of(organisation, agency), request.form.get("token", "")
    mine = wanted in {each.id for each in _tokens(found)}
    with site().database.write() as connection:
        ended = mine and api_tokens.end(connection, deciding(organisation), wanted)
    flash("The token has ended." if ended else "It had ended before.")
    return _to(found)


def _wrong(organisation: str, asked: Asked) -> dict[str, str]:
    wrong = {}
    if not asked.name or len(asked.name) > MOST_NAME or not asked.name.isprintable():
        wrong["name"] = f"Write what it is for, in {MOST_NAME} characters or fewer."
    if not asked.forms or not set(asked.forms) <= set(_forms(organisation)):
        wrong["forms"] = "Choose the forms that it may send."
    days = asked.days
    if not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= MOST_DAYS):
        wrong["days"] = f"Write for how many days, from 1 to {MOST_DAYS}."
    return wrong


def _page(agency: Agency, asked: Asked, wrong: dict[str, str] | None = None) -> Response:
    now = datetime.now(UTC)
    body = render(
        "staff/tokens.html",
        f"Tokens of {agency.name}",
        slug=agency.organisation,
        agency=agency,
        tokens=[(each, each.is_good(now)) for each in _tokens(agency)],
        forms=_forms(agency.organisation),
        made=cookie.take_secret(_MADE),
        asked=asked,
        wrong=wrong or {},
    )
    return Response(body, 422 if wrong else 200)


def _forms(organisation: str) -> dict[str, str]:
    return {slug: str(form.title) for slug, form in sorted(site().organisations[organisation].forms.items())}


def _tokens(agency: Agency) -> list[api_tokens.Token]:
    return [each for each in api_tokens.listed(site().database, agency.organisation) if each.agency == agency.id]


def _to(agency: Agency) -> Response:
    address = f"/staff/{agency.organisation}/agencies/{agency.id}/tokens"
    return current_app.make_response(redirect(address, 303))
