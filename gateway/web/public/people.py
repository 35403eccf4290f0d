"""The list of several people of one kind: add, change, remove, go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Response, request
from werkzeug.datastructures import MultiDict

from gateway.forms.journey import (
    Answers,
    Step,
    can_add,
    first_gap,
    next_step,
    number_of_people,
    prefix_of,
    previous_step,
    steps,
)
from gateway.forms.removing import removed_person, with_person_again, without_person
from gateway.store.drafts import DraftMoved
from gateway.web.public import problems, rendering
from gateway.web.public.visit import PERSON, SAVE, Visit

REMOVE = "remove-"
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on the list: who it is, where to change what was said, what to post to remove it."""

    title: str
    change: str
    remove: str


def asked_index(visit: Visit, person_id: str, names: Sequence[str]) -> int | None:
    """Which of several people a request is about, counted from 0; None means the list of them.

    The address says it; else the names of the posted inputs do; else it is the first one as long as there is none.
    """
    if not visit.form.person(person_id).repeats:
        return 0
    indices = range(visit.form.person(person_id).max)
    number = request.args.get(PERSON, "")
    for index in indices:
        if number == str(index + 1):
            return index
    for index in indices:
        if any(name.startswith(f"{person_id}-{index}-") for name in names):
            return index
    listed = number_of_people(visit.form, person_id, visit.answers) or removed_person(
        visit.form, person_id, visit.answers
    )
    return None if listed else 0


def show(visit: Visit, page: str, *, error: str = "") -> Response:
    """Show the list that belongs to a page."""
    step = _listing(visit, page)
    if step is None:
        return rendering.lead(visit, visit.address(first_gap(visit.form, visit.answers)))
    if step.page_id != page:
        return rendering.lead(visit, visit.address(step))
    back = previous_step(visit.form, Step(step.page_id, step.person_id), visit.answers)
    return rendering.respond(
        visit,
        "public/people.html",
        422 if error else 200,
        heading=rendering.heading_of(visit.form, visit.form.page(page), visit.language),
        people=_entries(visit, step),
        removed=_removed(visit, step.person_id),
        version=visit.draft.version if visit.draft else 0,
        can_add=can_add(visit.form, step.person_id, visit.answers),
        form=rendering.bound_form(visit, step, None),
        action=visit.address(step),
        can_be_saved=rendering.can_be_saved(visit),
        back=visit.address(back) if back else "",
        error=error,
    )


def post(visit: Visit, page: str, fields: MultiDict[str, str], *, late: str) -> Response:
    """Do what was pressed on the list; `late` says why it has to be pressed once more."""
    action = fields.get("action", "")
    step = _listing(visit, page)
    if step is None:
        return rendering.lead(visit, visit.address(first_gap(visit.form, visit.answers)))
    if action == SAVE:
        return rendering.lead(visit, visit.at(SAVE))
    if late:
        return show(visit, step.page_id, error=visit.say(late))
    count = number_of_people(visit.form, step.person_id, visit.answers)
    if action == "add" and can_add(visit.form, step.person_id, visit.answers):
        return rendering.lead(visit, visit.address(Step(step.page_id, step.person_id, count)))
    if action == UNDO:
        return _changed(visit, step, partial(with_person_again, visit.form, step.person_id))
    if action.startswith(REMOVE):
        return _remove(visit, step, action.removeprefix(REMOVE), fields.get("version", ""))
    least = max(visit.form.person(step.person_id).min, 1)
    if count < least:
        return show(visit, page, error=_too_few(visit, least))
    following = next_step(visit.form, step, visit.answers)
    return rendering.lead(visit, visit.address(following))


def _remove(visit: Visit, step: Step, number: str, version: str) -> Response:
    count = number_of_people(visit.form, step.person_id, visit.answers)
    seen = visit.draft is not None and version == str(visit.draft.version)
    if not seen or number not in map(str, range(count)):
        # Pressed twice, or on an old list: the next person has that number now.
        return rendering.lead(visit, visit.address(step))
    return _changed(visit, step, partial(without_person, visit.form, step.person_id, int(number)))


def _changed(visit: Visit, step: Step, change: Callable[[Answers], Answers]) -> Response:
    try:
        visit = visit.saving(change)
    except DraftMoved:
        return problems.gone(visit)
    return rendering.lead(visit, visit.address(step))


def _too_few(visit: Visit, least: int) -> str:
    if least == 1:
        return visit.say("Add a person, or call us instead.")
    return visit.say("Add at least {least} people, or call us instead.", least=least)


def _listing(visit: Visit, page: str) -> Step | None:
    person = visit.form.whose(visit.form.page(page))
    way = steps(visit.form, visit.answers)
    return next((step for step in way if step.listing and step.person_id == person), None)


def _entries(visit: Visit, step: Step) -> list[Entry]:
    return [
        Entry(
            _title(visit, step.person_id, index, visit.answers),
            visit.address(Step(step.page_id, step.person_id, index)),
            f"{REMOVE}{index}",
        )
        for index in range(number_of_people(visit.form, step.person_id, visit.answers))
    ]


def _removed(visit: Visit, person_id: str) -> str | None:
    """Name whoever was taken off last; None where there is nobody to bring back."""
    found = removed_person(visit.form, person_id, visit.answers)
    return _title(visit, person_id, *found) if found else None


def _title(visit: Visit, person_id: str, index: int, answers: Answers) -> str:
    """Name somebody as far as their answers do; else by what they are, and a number."""
    prefix = prefix_of(visit.form, person_id, index)
    parts = (answers.get(f"{prefix}{name}", ()) for name in ("first_name", "surname"))
    label = visit.form.person(person_id).label
    kind = label.within(visit.language) if label else visit.say("Person")
    return " ".join(part[0].strip() for part in parts if part).strip() or f"{kind} {index + 1}"
