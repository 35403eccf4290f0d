"""What somebody wrote, opened on purpose: each opening stands in the audit trail before anything is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response

from gateway.definitions.schema import Form
from gateway.forms.typed import displayable
from gateway.keys import KeyMissing, SealBroken
from gateway.referral import Answer, Person, Referral
from gateway.spans import moment
from gateway.store import answers, timeline
from gateway.store.correcting import CORRECTABLE
from gateway.store.referrals import Listed
from gateway.store.settlements import SETTLEMENTS
from gateway.web.site import site
from gateway.web.staff import noting, opening, referral, telling
from gateway.web.staff.frame import render
from gateway.web.staff.opening import CannotOpen


@dataclass(frozen=True, slots=True)
class Group:
    """The answers to one page, by one person; `place` is that person's among all."""

    title: str
    place: int
    answers: Sequence[Answer]


def post_answers(organisation: str, reference: str) -> Response:
    """Show all that somebody answered."""
    listed = referral.known(organisation, reference)
    noting.note(listed, action="open answers", detail="on the page")
    return _opened(listed, "staff/answers.html")


def post_print(organisation: str, reference: str) -> Response:
    """Show all that somebody answered as a page to print, for the day when nothing else works."""
    listed = referral.known(organisation, reference)
    noting.note(listed, action="print", detail="with all answers")
    return _opened(listed, "staff/print.html")


def post_destination_answer(organisation: str, reference: str) -> Response:
    """Show what the destination answered last, word for word."""
    listed = referral.known(organisation, reference)
    noting.note(listed, action="read answer", detail="the last answer of the destination")
    try:
        found = answers.last(site().database, site().ring, listed.reference)
    except (KeyMissing, SealBroken):
        return referral.page(listed, wrong=opening.no_key(f"what was answered to {listed.reference}"))
    if found is None:
        return referral.page(listed, wrong="There is no answer to show: none came, or its time was over.")
    body = render(
        "staff/destination_answer.html",
        f"What the destination answered to {listed.reference}",
        listed=listed,
        at=moment(found.ended_at) if found.ended_at else "",
        outcome=telling.outcome_in_words(found.outcome or "unknown"),
        status=found.status,
        text=displayable(found.body.decode("utf-8", "replace")),
        base=referral.address(organisation, reference),
        may_correct=listed.state in CORRECTABLE,
    )
    return Response(body)


def _opened(listed: Listed, template: str) -> Response:
    try:
        found = opening.opened(listed)
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))
    form = site().definition(found.definition, found.organisation, found.form)
    numbers = {each.id: number for number, each in enumerate(timeline.papers(site().database, listed.reference), 1)}
    body = render(
        template,
        f"Answers of {listed.reference}",
        listed=listed,
        opened=found,
        form_title=str(form.title) if form else listed.form,
        groups=list(_groups(found, form)),
        files=[(numbers.get(each.id), each) for each in found.files],
        sent_at=moment(found.created_at),
        base=referral.address(listed.organisation, listed.reference),
        may_correct=listed.state in CORRECTABLE,
        by_hand=listed.state in SETTLEMENTS["by-hand"].leaving,
    )
    return Response(body)


def _groups(found: Referral, form: Form | None) -> Iterator[Group]:
    """Put the answers in the order of the form's pages; what stands on none of them comes last."""
    names = _names(found.people)
    told: set[tuple[int, str]] = set()
    for page in form.pages if form else ():
        asked = {field.name for field in page.fields}
        for place, person in enumerate(found.people):
            if form is None or person.id != form.whose(page):
                continue
            given = [answer for answer in person.answers if answer.name in asked]
            told |= {(place, answer.name) for answer in given}
            if given:
                title = page.title.within(found.language) if page.title else form.title.within(found.language)
                several = f" – {names[place]}" if names[place] and page.person else ""
                yield Group(f"{title}{several}", place, given)
    for place, person in enumerate(found.people):
        if left := [answer for answer in person.answers if (place, answer.name) not in told]:
            yield Group(names[place] or person.label or person.id, place, left)


def _names(people: Sequence[Person]) -> list[str]:
    """Number people of one kind; "" where there is one alone."""
    kinds = [person.id for person in people]
    return [
        f"{person.label or person.id} {kinds[: place + 1].count(person.id)}" if kinds.count(person.id) > 1 else ""
        for place, person in enumerate(people)
    ]
