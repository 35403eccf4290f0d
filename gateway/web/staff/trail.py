"""The audit trail of an organisation, for its administrators: who saw, changed and sent on what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from gateway.store import accounts, trail
from gateway.store.trail import Entry
from gateway.web.site import site
from gateway.web.staff.deeds import deed
from gateway.web.staff.frame import render
from gateway.web.staff.telling import who

PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as people read it."""

    at: datetime
    who: str
    what: str
    detail: str
    entry: Entry


def show_trail(organisation: str) -> Response:
    """List the newest entries, or those before one of them, or those of one referral."""
    before = request.args.get("before", "")
    reference = request.args.get("reference", "").replace("\0", "").strip().upper()[:16]
    found = trail.entries(
        site().database,
        organisation=organisation,
        reference=reference or None,
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None,
        limit=PAGE + 1,
    )
    people = accounts.emails(site().database, {word for each in found for word in (each.actor, *each.detail.split())})
    lines = [
        Line(each.at, who(each.actor, people.get(each.actor)), deed(each.action), _named(each.detail, people), each)
        for each in found[:PAGE]
    ]
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return Response(
        render("staff/trail.html", "Audit trail", slug=organisation, lines=lines, older=older, reference=reference)
    )


def _named(detail: str, people: Mapping[str, str]) -> str:
    """Name whose account it is about: the trail itself holds its id alone."""
    return " ".join(people.get(word, word) for word in detail.split(" "))
