"""Has somebody's referral come? What is sealed is opened to look for a name: with a reason, which is kept.

Name and reason are posted and never stand in an address; the page shows references and states, never an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from flask import Response, request

from gateway.spans import moment
from gateway.store import audit, searching
from gateway.store.referrals import Listed
from gateway.store.walking import Place
from gateway.web import places
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff.frame import render
from gateway.web.staff.telling import briefly
from gateway.web.staff.words import STATES

AT_ONCE = 1000  # opened for one page; the newest first
MOST_LETTERS = 200
NO_REASON = "Say why you look: it is kept in the audit trail."
NO_WORDS = "Type what to look for, such as a name."
TELLS = "The reason is kept in the audit trail: leave what you look for out of it."
TOO_LONG = f"This is too long: {MOST_LETTERS} letters are enough."


@dataclass(frozen=True, slots=True)
class Match:
    """A referral that holds every word, and the questions in whose answers they stand."""

    listed: Listed
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sought:
    """What was opened, what of it fits, and where to go on."""

    matches: Sequence[Match]
    opened: int
    unreadable: int
    further: Place | None


def show_seeking(organisation: str) -> Response:
    """Ask for a reason, and for words."""
    return _page(organisation, {}, {}, None)


def post_seeking(organisation: str) -> Response:
    """Open some referrals and show which fit; that somebody looked is written down before."""
    given = {name: plain(request.form.get(name, "")) for name in ("reason", "words")}
    problems = _problems(given)
    if problems:
        return _page(organisation, given, problems, None)
    audit.note(
        site().database,
        actor=signed_in().account.id,
        action="find",
        organisation=organisation,
        detail=given["reason"],
        now=datetime.now(UTC),
    )
    behind = places.place_of(request.form.get("behind", ""))
    return _page(organisation, given, {}, _seek(organisation, given["words"].split(), behind))


def plain(text: str) -> str:
    """Bring what is typed, and kept in the audit trail, onto one line that moves no cursor of whoever lists it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _problems(given: dict[str, str]) -> dict[str, str]:
    missing = {"reason": NO_REASON, "words": NO_WORDS}
    found = {name: words for name, words in missing.items() if not given[name]}
    found |= {name: TOO_LONG for name, text in given.items() if len(text) > MOST_LETTERS}
    if not found and searching.tells(given["reason"], given["words"].split()):
        found["reason"] = TELLS
    return found


def _seek(organisation: str, words: Sequence[str], behind: Place | None) -> Sought:
    here, matches = site(), []
    opened = unreadable = 0
    last: Listed | None = None
    for each in islice(searching.opened(here.database, here.ring, organisation, behind=behind), AT_ONCE):
        opened, last = opened + 1, each.listed
        if each.referral is None:
            unreadable += 1
        elif fields := searching.matches(each.referral, words):
            matches.append(Match(each.listed, fields))
    further = Place(last.created_at, last.reference) if last and opened == AT_ONCE else None
    return Sought(matches, opened, unreadable, further)


def _page(organisation: str, given: dict[str, str], problems: dict[str, str], sought: Sought | None) -> Response:
    body = render(
        "staff/seeking.html",
        "Search by name",
        slug=organisation,
        given=given,
        problems=problems,
        wrong=bool(problems),
        sought=sought,
        further=places.written(sought.further) if sought else "",
        moment=moment,
        briefly=briefly,
        states=STATES,
    )
    return Response(body, 422 if problems else 200)
