"""The way through a form: which pages and questions the answers so far call for, and what comes next.

Pure: from a definition and raw answers by input name to steps. Answers to what is no longer shown never count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from gateway.definitions.schema import Form
from gateway.forms.outline import MOST_OUTLINES, NO_ANSWERS, Answers, Leaf, Look, outline_of

__all__ = [
    "NO_ANSWERS", "Answers", "Step", "can_add", "first_gap", "first_step", "input_names", "is_answered",
    "kept", "next_step", "number_of_people", "prefix_of", "previous_step", "settle", "step_at", "steps",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One stop on the way: a page for one person, or (`listing`) the list of the people entered in a repeated run.

    A listing carries the id of the run's first page that is shown, and index 0.
    """

    page_id: str
    person_id: str
    index: int = 0
    listing: bool = False


_first_steps: dict[str, Step] = {}


def prefix_of(form: Form, person_id: str | None, index: int) -> str:
    """Say what stands before the names of somebody's inputs: nothing for the main person."""
    return "" if person_id in (None, form.main.id) else f"{person_id}-{index}-"


def number_of_people(form: Form, person_id: str, answers: Answers) -> int:
    """Count the people of one kind of whom anything was posted."""
    if person_id == form.main.id:
        return 1
    most = form.person(person_id).max
    for index in range(most):
        prefix = f"{person_id}-{index}-"
        if not any(name.startswith(prefix) for name in answers):
            return index
    return most


def can_add(form: Form, person_id: str, answers: Answers) -> bool:
    """Tell whether one more may be added."""
    return number_of_people(form, person_id, answers) < form.person(person_id).max


def settle(values: dict[str, tuple[str, ...]], conditions: dict[str, tuple[tuple[str, frozenset[str]], ...]]) -> None:
    """Take out what its conditions hide, then what looked at that, until nothing changes."""
    while hidden := [
        name
        for name, lines in conditions.items()
        if name in values and not all(wanted.intersection(values.get(looked_at, ())) for looked_at, wanted in lines)
    ]:
        for name in hidden:
            del values[name]


def kept(form: Form, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Give the answers that count: to known questions that are shown."""
    shown = _shown(form, answers)
    found: dict[str, tuple[str, ...]] = {}
    for leaf, index in _places(form, answers):
        prefix = leaf.prefix(index)
        for question in leaf.questions:
            if prefix + question.name in shown:
                names = (prefix + question.name + suffix for suffix in question.suffixes)
                found.update((name, tuple(answers[name])) for name in names if name in answers)
    return found


def steps(form: Form, answers: Answers, adding: Step | None = None) -> list[Step]:
    """List the whole way; `adding` is a step of somebody who may not have been entered yet."""
    shown = _shown(form, answers, adding)
    found: list[Step] = []
    for (_, repeats), leaves in groupby(outline_of(form).leaves, key=lambda leaf: (leaf.person_id, leaf.repeats)):
        run = list(leaves)
        indices = range(_how_many(form, run[0], answers, adding))
        walked = [
            Step(leaf.id, leaf.person_id, index)
            for index in indices
            for leaf in run
            if _fulfilled(leaf.looks, leaf.prefix(index), shown)
        ]
        found += walked
        if walked and repeats:
            found.append(Step(walked[0].page_id, walked[0].person_id, listing=True))
    return found


def first_step(form: Form) -> Step:
    """Give the step that everybody begins with; worked out at most once for each definition."""
    known = _first_steps.get(form.hash)
    if known is None:
        if len(_first_steps) >= MOST_OUTLINES:
            _first_steps.clear()
        known = _first_steps[form.hash] = steps(form, {})[0]
    return known


def step_at(form: Form, page_id: str, index: int, answers: Answers) -> Step | None:
    """Find the step of an address; None if that page is hidden, unknown, or of a person too many."""
    leaf = outline_of(form).by_id.get(page_id)
    if leaf is None or not 0 <= index <= number_of_people(form, leaf.person_id, answers):
        return None
    step = Step(page_id, leaf.person_id, index)
    return step if step in steps(form, answers, step) else None


def next_step(form: Form, step: Step, answers: Answers) -> Step | None:
    """Say where to go after a step that is in order; None means that the pages are done.

    After somebody in a repeated run comes the next one who lacks answers, or else the list.
    """
    way = steps(form, answers, step)
    if step not in way:
        return first_gap(form, answers)
    following = way[way.index(step) + 1 :]
    for candidate in following:
        others = not candidate.listing and candidate.person_id == step.person_id and candidate.index != step.index
        if not others or not is_answered(form, candidate, answers):
            return candidate
    return None


def previous_step(form: Form, step: Step | None, answers: Answers) -> Step | None:
    """Say where "Back" leads: None is the start of the form; `step` None is what comes after all pages.

    From the first page of a second or later person it leads to the list.
    """
    way = steps(form, answers, step)
    if step is None or step not in way:
        return way[-1] if way else None
    position = way.index(step)
    if position == 0:
        return None
    before = way[position - 1]
    if not step.listing and before.person_id == step.person_id and before.index != step.index:
        return next(each for each in way[position:] if each.listing and each.person_id == step.person_id)
    return before


def first_gap(form: Form, answers: Answers) -> Step | None:
    """Find the first page that was never posted as it is now; None if there is none."""
    shown = _shown(form, answers)
    way = (step for step in steps(form, answers) if not step.listing)
    return next((step for step in way if not _all_posted(form, step, answers, shown)), None)


def is_answered(form: Form, step: Step, answers: Answers) -> bool:
    """Tell whether a page was posted with every question that it shows now, even if left empty."""
    return _all_posted(form, step, answers, _shown(form, answers, step))


def _all_posted(form: Form, step: Step, answers: Answers, shown: Answers) -> bool:
    leaf = outline_of(form).by_id[step.page_id]
    prefix = leaf.prefix(step.index)
    return all(
        prefix + question.name + question.suffixes[0] in answers
        for question in leaf.questions
        if question.suffixes and prefix + question.name in shown
    )


def _how_many(form: Form, leaf: Leaf, answers: Answers, adding: Step | None) -> int:
    # A page that is shown asks for one person at least.
    person = form.person(leaf.person_id)
    wanted = adding.index + 1 if adding is not None and adding.person_id == leaf.person_id else 1
    return min(person.max, max(person.min, wanted, number_of_people(form, leaf.person_id, answers)))


def _places(form: Form, answers: Answers, adding: Step | None = None) -> Iterator[tuple[Leaf, int]]:
    for leaf in outline_of(form).leaves:
        for index in range(_how_many(form, leaf, answers, adding)):
            yield leaf, index


def _shown(form: Form, answers: Answers, adding: Step | None = None) -> dict[str, tuple[str, ...]]:
    """Give the values of all questions that are shown, by input; those without an answer have none."""
    values: dict[str, tuple[str, ...]] = {}
    conditions: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
    for leaf, index in _places(form, answers, adding):
        prefix = leaf.prefix(index)
        for question in leaf.questions:
            name = prefix + question.name
            values[name] = question.fixed or tuple(answers.get(name, ()))
            looks = leaf.looks + question.looks
            if looks:
                conditions[name] = tuple((look.input(prefix), look.values) for look in looks)
    settle(values, conditions)
    return values


def _fulfilled(looks: tuple[Look, ...], prefix: str, answers: Answers) -> bool:
    return all(look.values.intersection(answers.get(look.input(prefix), ())) for look in looks)


def input_names(form: Form, step: Step) -> frozenset[str]:
    """Name every input that a step may post."""
    leaf = outline_of(form).by_id[step.page_id]
    prefix = leaf.prefix(step.index)
    return frozenset(prefix + question.name + suffix for question in leaf.questions for suffix in question.suffixes)
