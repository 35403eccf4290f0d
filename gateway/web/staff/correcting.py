"""Answers corrected before they are sent again: opened on purpose, as they stand, and judged as the form judges them.

What the destination said of an answer stands beside it. Where two correct at once, the second overwrites nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Response, current_app, redirect, request

from gateway.definitions.schema import Form, Text
from gateway.forms.build import Choices
from gateway.forms.refilling import Asked, Change, Refilled, applied
from gateway.keys import KeyMissing, SealBroken
from gateway.referral import Referral
from gateway.store import answers, correcting, timeline
from gateway.store.correcting import CORRECTABLE, CorrectedMeanwhile
from gateway.store.referrals import Listed, StateMoved
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import noting, opening, referral
from gateway.web.staff.frame import render
from gateway.web.staff.opening import CannotOpen
from gateway.web.staff.refusals import named
from gateway.web.staff.telling import who
from gateway.web.staff.words import MOVED

NOTHING = "Nothing was corrected: every answer is as it was. Change what is wrong, or go back."
MEANWHILE = (
    "Nothing of yours was kept, because {who} has corrected this referral meanwhile ({what}). It stands below as it is "
    "now; where your page said something else, that stands beside it. Correct it again."
)
SAID = "Your case-management system said:"
VERSION = "corrected-before"  # no question has a hyphen in its name
_DETAIL = 400  # characters that the audit trail keeps


@dataclass(frozen=True, slots=True)
class Line:
    """A question on the page, and what a page that came too late said instead."""

    asked: Asked
    yours: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one page, about one person."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """A referral that lies open to be corrected; `refused` is what the destination said of it last."""

    listed: Listed
    found: Referral
    form: Form
    refilled: Refilled
    refused: Mapping[tuple[int, str], Sequence[str]] = field(default_factory=dict)


def show_correct(organisation: str, reference: str) -> Response:
    """Say that correcting opens the answers, and ask whether that is wanted."""
    listed = referral.known(organisation, reference)
    if listed.state not in CORRECTABLE:
        return referral.page(listed, wrong=MOVED)
    base = referral.address(organisation, reference)
    return Response(render("staff/to_correct.html", f"Correct {listed.reference}", listed=listed, base=base))


def post_correct(organisation: str, reference: str) -> Response:
    """Open the answers to be corrected, which is written down before they are seen."""
    listed = referral.known(organisation, reference)
    if listed.state not in CORRECTABLE:
        return referral.page(listed, wrong=MOVED, status=409)
    try:
        desk = _opened(listed)
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))
    return _page(desk, desk.refilled.asked(), status=200)


def post_corrected(organisation: str, reference: str) -> Response:
    """Keep every answer that was changed; all of them or none."""
    listed, now = referral.known(organisation, reference), datetime.now(UTC)
    try:
        desk = _opened(listed)
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))
    posted = request.form.to_dict(flat=False)
    if request.form.get(VERSION) != str(listed.corrections):
        return _meanwhile(desk, posted)
    asked, changes = desk.refilled.judged(posted)
    if wrong := [(each.field.error_id, error) for each in asked for error in each.field.errors]:
        return _page(desk, asked, wrong)
    if not changes:
        return _page(desk, asked, [("", NOTHING)])
    try:
        correcting.correct(
            site().database,
            site().ring,
            listed.reference,
            lambda current: applied(current, changes),
            question=_names(changes),
            seen=listed.corrections,
            actor=signed_in().account.id,
            now=now,
        )
    except CorrectedMeanwhile:
        return _meanwhile(_opened(referral.known(organisation, reference)), posted)
    except StateMoved:
        return referral.page(referral.known(organisation, reference), wrong=MOVED, status=409)
    except (KeyMissing, SealBroken):
        return referral.page(listed, wrong=opening.no_key(f"the answers of {listed.reference}"))
    return current_app.make_response(redirect(f"{referral.address(organisation, reference)}?done=corrected", 303))


def _opened(listed: Listed) -> Desk:
    """Lay a referral open. Raises CannotOpen."""
    found = opening.opened(listed)
    form = site().definition(found.definition, found.organisation, found.form)
    if form is None:
        raise CannotOpen("The form as it was then cannot be read, so nothing can be judged by it.")
    refilled = Refilled(form, found, choices=_choices(found), today=datetime.now(UTC).date())
    return Desk(listed, found, form, refilled, _refused(listed, found))


def _choices(found: Referral) -> Choices:
    organisation, dictionaries = site().organisations[found.organisation], site().dictionaries

    def look_up(name: str, chosen: Collection[str]) -> Sequence[tuple[str, str | Text]]:
        return dictionaries.choices(organisation, name, chosen, since=found.created_at)

    return look_up


def _refused(listed: Listed, found: Referral) -> Mapping[tuple[int, str], Sequence[str]]:
    """Say what the destination said last of each answer, by whose it is and what it was sent as."""
    try:
        last = answers.last(site().database, site().ring, listed.reference)
    except (KeyMissing, SealBroken):
        return {}
    if last is None or last.outcome != "rejected":
        return {}
    sent = [place for place, person in enumerate(found.people) if not person.described]
    fields = {each.sent_as for place in sent for each in found.people[place].answers}
    fields |= {name for place in sent for name in _asked_of(found, place)}
    told: dict[tuple[int, str], list[str]] = {}
    for each in named(last.body, fields):
        about = sent if each.place is None else sent[each.place : each.place + 1]
        for place in about:
            told.setdefault((place, each.field), []).append(each.words)
    return told


def _asked_of(found: Referral, place: int) -> Iterator[str]:
    form = site().definition(found.definition, found.organisation, found.form)
    for page in form.pages if form else ():
        if form and form.whose(page) == found.people[place].id:
            yield from (sent for each in page.fields if (sent := getattr(each, "sent_as", None)))


def _names(changes: Sequence[Change]) -> str:
    told = ", ".join(f"{each.person}.{each.question}" for each in changes)
    return told if len(told) <= _DETAIL else f"{len(changes)} answers"


def _meanwhile(desk: Desk, posted: Mapping[str, Sequence[str]]) -> Response:
    """Show how it stands now, with what another page said beside it."""
    done = timeline.done_to(site().database, desk.listed.organisation, desk.listed.reference)
    last = next((each for each in reversed(done) if each.action == "correct"), None)
    words = MEANWHILE.format(
        who=who(last.actor, last.email) if last else "somebody else", what=last.detail if last else "some answers"
    )
    theirs = desk.refilled.asked(posted)
    yours = {each.field.name: _in_words(each) for each in theirs if desk.refilled.differs(each, posted)}
    return _page(desk, desk.refilled.asked(), [("", words)], yours=yours, status=409)


def _in_words(asked: Asked) -> str:
    options = getattr(asked.field, "options", None)
    if options is None:
        return asked.field.shown or "nothing"
    chosen = [f"{each.label} {each.line.value if each.line else ''}".strip() for each in options if each.checked]
    return ", ".join(chosen) or "nothing"


def _page(
    desk: Desk,
    asked: Sequence[Asked],
    wrong: Sequence[tuple[str, str]] = (),
    *,
    yours: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:
    refused = [] if wrong else list(_refusals(desk, asked))
    # Whatever leads here, the answers are seen, and it is written down before.
    noting.note(desk.listed, action="open answers", detail="to correct them")
    if refused:
        noting.note(desk.listed, action="read answer", detail="what it says of single answers")
    body = render(
        "staff/correct.html",
        f"Correct {desk.listed.reference}",
        listed=desk.listed,
        groups=list(_groups(desk, asked, yours or {})),
        problems=[*wrong, *refused],
        refused=bool(refused),
        version=(VERSION, desk.listed.corrections),
        wrong=bool(wrong),
        base=referral.address(desk.listed.organisation, desk.listed.reference),
    )
    return Response(body, status)


def _refusals(desk: Desk, asked: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """Put what the destination said of an answer beside its question, and lead there."""
    for each in asked:
        said = desk.refused.get((each.place, each.field.definition.sent_as), ())
        each.field.errors = [f"{SAID} {words}" for words in said]
        yield from ((each.field.error_id, f"{each.field.label.text}: {words}") for words in said)


def _groups(desk: Desk, asked: Sequence[Asked], yours: Mapping[str, str]) -> Iterator[Group]:
    """Put the questions under the headings of their pages."""
    kinds = [person.id for person in desk.found.people]
    by_page: dict[tuple[int, str], list[Asked]] = {}
    for each in asked:
        by_page.setdefault((each.place, each.page), []).append(each)
    for (place, page), theirs in by_page.items():
        title = desk.form.page(page).title or desk.form.title
        several = f" – {kinds[: place + 1].count(kinds[place])}" if kinds.count(kinds[place]) > 1 else ""
        yield Group(f"{title}{several}", [Line(each, yours.get(each.field.name, "")) for each in theirs])
