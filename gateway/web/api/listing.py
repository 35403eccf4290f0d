"""Where the referrals of an agency stand: a list in parts, and one by its reference. Never an answer."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.store import sent_lists, sums
from gateway.store.sent_lists import Listed, Part, Wanted
from gateway.web.api import filters
from gateway.web.api.filters import REFERENCE
from gateway.web.api.guard import caller
from gateway.web.api.problems import ADDRESS, Problem
from gateway.web.places import written
from gateway.web.posted import read_query
from gateway.web.site import site

REFERRALS = f"{ADDRESS}/referrals"


def show_referrals() -> Response:
    """List what the agency has sent."""
    _note()
    try:
        given = read_query(request)
    except RequestEntityTooLarge:
        raise Problem(400, "bad_parameters", "The address has too many parameters.") from None
    wanted = filters.wanted(given)
    part = sent_lists.listed(site().database, caller().token.agency, wanted)
    return as_json({"meta": _meta(wanted, part, given.to_dict()), "objects": [_plain(each) for each in part.objects]})


def show_referral(reference: str) -> Response:
    """Show one of them."""
    _note()
    known = REFERENCE.fullmatch(reference)
    found = sent_lists.find(site().database, caller().token.agency, reference.upper()) if known else None
    if found is None:
        raise Problem(404, "not_found", "Your agency has sent no referral of this reference.")
    return as_json(_plain(found))


def as_json(said: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(said), status, headers=headers, content_type="application/json")


def moment(at: datetime) -> str:
    """Write a time as the API writes them."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _note() -> None:
    """Count that this token has read: a program that asks each minute must not fill the audit trail."""
    token = caller().token
    with site().database.write() as connection:
        sums.add_up(
            connection,
            actor=f"token {token.id}",
            action="read by software",
            organisation=token.organisation,
            now=caller().now,
        )


def _plain(each: Listed) -> dict[str, object]:
    return {
        "reference": each.reference,
        "form": each.form,
        "state": each.state,
        "created_at": moment(each.created_at),
        "updated_at": moment(each.updated_at),
        "passed_on_at": moment(each.passed_on_at) if each.passed_on_at else None,
        "imported_at": moment(each.imported_at) if each.imported_at else None,
    }


def _meta(wanted: Wanted, part: Part, given: dict[str, str]) -> dict[str, object]:
    return {
        "limit": wanted.limit,
        "offset": wanted.offset,
        "next": _next(wanted, part, given),
        "previous": _address(given, wanted, max(0, wanted.offset - wanted.limit)) if wanted.offset else None,
        "total_count": part.total,
    }


def _next(wanted: Wanted, part: Part, given: dict[str, str]) -> str | None:
    following = wanted.offset + wanted.limit
    if part.end is None:
        return None
    if len(part.objects) == wanted.limit and following <= sent_lists.MOST:
        return _address(given, wanted, following)
    return _address({**given, "behind": written(part.end)}, wanted, wanted.offset - part.passed)


def _address(given: dict[str, str], wanted: Wanted, offset: int) -> str:
    place = {"limit": wanted.limit, "offset": offset}
    return f"{REFERRALS}?{urlencode({**given, **place}, errors='surrogateescape')}"
