"""Answers corrected before they are sent again: judged as the form would judge them. What stood there is not shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Response, current_app, redirect, request

from gateway.definitions.schema import Form, Text
from gateway.forms.build import Choices
from gateway.forms.correcting import Question, Refused, corrected, questions_of
from gateway.keys import KeyMissing, SealBroken
from gateway.referral import Referral
from gateway.store import correcting
from gateway.store.correcting import CORRECTABLE
from gateway.store.referrals import Listed, StateMoved
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import opening, referral
from gateway.web.staff.frame import render
from gateway.web.staff.opening import CannotOpen
from gateway.web.staff.words import MOVED

NOTHING = "Nothing was corrected: type a new answer, or take one away."
_LONGEST = 100_000
_DETAIL = 400  # characters that the audit trail keeps


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it: what was typed now, whether the answer is to be taken away, what is wrong."""

    question: Question
    name: str
    typed: Sequence[str]
    taken: bool
    wrong: str

    @property
    def value(self) -> str:
        """What was typed, as one line or several."""
        return "\n".join(self.typed)

    @property
    def changes(self) -> bool:
        """Whether anything is to be changed."""
        return self.taken or bool(self.value.strip())


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody in the referral, by their place in it, and what can be corrected of them."""

    place: int
    id: str
    title: str
    asked: Sequence[Asked]


def show_correct(organisation: str, reference: str) -> Response:
    """Ask which answers are wrong, and how they are right."""
    listed = referral.known(organisation, reference)
    if listed.state not in CORRECTABLE:
        return referral.page(listed, wrong=MOVED)
    try:
        found, form = _opened(listed)
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))
    return _page(listed, _people(form, found, _choices(organisation), datetime.now(UTC).date()))


def post_correct(organisation: str, reference: str) -> Response:
    """Correct every answer for which something was given; all of them or none."""
    listed, now = referral.known(organisation, reference), datetime.now(UTC)
    try:
        found, form = _opened(listed)
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))
    choices = _choices(organisation)
    people = _people(form, found, choices, now.date(), fill=True)
    people, changes = _judged(form, found, people, choices, now.date())
    if any(each.wrong for person in people for each in person.asked):
        return _page(listed, people)
    if not changes:
        return _page(listed, people, nothing=NOTHING)

    def change(current: Referral) -> Referral:
        for place, name, typed in changes:
            current = corrected(form, current, place, name, typed, choices=choices, today=now.date())
        return current

    told = ", ".join(f"{found.people[place].id}.{name}" for place, name, _ in changes)
    try:
        correcting.correct(
            site().database,
            site().ring,
            listed.reference,
            change,
            question=told if len(told) <= _DETAIL else f"{len(changes)} answers",
            actor=signed_in().account.id,
            now=now,
        )
    except (StateMoved, Refused):
        return referral.page(referral.known(organisation, reference), wrong=MOVED, status=409)
    except (KeyMissing, SealBroken):
        return referral.page(listed, wrong=opening.no_key(f"the answers of {listed.reference}"))
    return current_app.make_response(redirect(f"{referral.address(organisation, reference)}?done=corrected", 303))


def _opened(listed: Listed) -> tuple[Referral, Form]:
    found = opening.opened(listed)
    form = site().definition(found.definition, found.organisation, found.form)
    if form is None:
        raise CannotOpen("The form as it was then cannot be read, so nothing can be judged by it.")
    return found, form


def _choices(organisation: str) -> Choices:
    found, now, dictionaries = site().organisations[organisation], datetime.now(UTC), site().dictionaries

    def look_up(name: str, chosen: Collection[str]) -> Sequence[tuple[str, str | Text]]:
        return dictionaries.choices(found, name, chosen, since=now)

    return look_up


def _people(form: Form, found: Referral, choices: Choices, today: date, *, fill: bool = False) -> list[Whose]:
    kinds = [person.id for person in found.people]
    people = []
    for place, person in enumerate(found.people):
        number = kinds[: place + 1].count(person.id)
        title = person.label or ("The person it is about" if place == 0 else person.id)
        asked = [
            _asked(question, f"{place}.{question.name}", fill=fill)
            for question in questions_of(form, person.id, choices=choices, today=today)
        ]
        several = f" {number}" if kinds.count(person.id) > 1 else ""
        people.append(Whose(place, person.id, f"{title}{several}", asked))
    return people


def _asked(question: Question, name: str, *, fill: bool) -> Asked:
    typed = [each[:_LONGEST] for each in request.form.getlist(name) if each.strip()] if fill else []
    return Asked(question, name, typed, fill and f"{name}.empty" in request.form, "")


def _judged(
    form: Form, found: Referral, people: Sequence[Whose], choices: Choices, today: date
) -> tuple[list[Whose], list[tuple[int, str, str]]]:
    """Judge every answer by itself; give the people with what is wrong, and what is to be changed."""
    judged, changes = [], []
    for person in people:
        asked = []
        for each in person.asked:
            wrong = ""
            if each.taken and each.value.strip():
                wrong = "Type a new answer, or take it away: not both."
            elif each.changes:
                change = (person.place, each.question.name, "" if each.taken else each.value)
                try:
                    corrected(form, found, *change, choices=choices, today=today)
                except Refused as refused:
                    wrong = str(refused)
                changes.append(change)
            asked.append(Asked(each.question, each.name, each.typed, each.taken, wrong))
        judged.append(Whose(person.place, person.id, person.title, asked))
    return judged, changes


def _page(listed: Listed, people: Sequence[Whose], *, nothing: str = "") -> Response:
    wrong = [each for person in people for each in person.asked if each.wrong]
    body = render(
        "staff/correct.html",
        f"Correct {listed.reference}",
        listed=listed,
        people=people,
        problems=wrong,
        nothing=nothing,
        wrong=bool(wrong or nothing),
        base=referral.address(listed.organisation, listed.reference),
    )
    return Response(body, 422 if wrong or nothing else 200)
