"""Taking one of several people off a form, and putting them back: nobody has to write a person down twice.

Whoever is taken off stays in the draft under marked names, which no page asks for and nothing sends, until another page
is answered.
"""

from gateway.definitions.schema import Form
from gateway.forms.journey import Answers, number_of_people, prefix_of

# No input has a space in its name.
_MARK = "removed "

Kept = dict[str, tuple[str, ...]]


def without_person(form: Form, person_id: str, index: int, answers: Answers) -> Kept:
    """Take one of several people off; those after them move up, and whoever was taken off before is forgotten."""
    settled = without_removed(answers)
    mine = prefix_of(form, person_id, index)
    gone = {_MARK + name: values for name, values in settled.items() if name.startswith(mine)}
    others = {name: values for name, values in settled.items() if not name.startswith(mine)}
    return _moved(form, person_id, others, range(index + 1, form.person(person_id).max), -1) | gone


def removed_person(form: Form, person_id: str, answers: Answers) -> tuple[int, Kept] | None:
    """Find whoever of this kind was taken off last: where they stood, and their answers by input name."""
    for index in range(form.person(person_id).max):
        mark = _MARK + prefix_of(form, person_id, index)
        if found := {name.removeprefix(_MARK): tuple(each) for name, each in answers.items() if name.startswith(mark)}:
            return index, found
    return None


def with_person_again(form: Form, person_id: str, answers: Answers) -> Kept:
    """Put back whoever was taken off last, where they stood; nothing changes where the list is full by now."""
    found = removed_person(form, person_id, answers)
    count = number_of_people(form, person_id, answers)
    if found is None or count >= form.person(person_id).max:
        return {name: tuple(values) for name, values in answers.items()}
    index, theirs = found
    place = min(index, count)
    moved = _moved(form, person_id, without_removed(answers), range(count - 1, place - 1, -1), +1)
    old, new = prefix_of(form, person_id, index), prefix_of(form, person_id, place)
    return moved | {new + name.removeprefix(old): values for name, values in theirs.items()}


def without_removed(answers: Answers) -> Kept:
    """Forget whoever was taken off."""
    return {name: tuple(values) for name, values in answers.items() if not name.startswith(_MARK)}


def _moved(form: Form, person_id: str, answers: Kept, indices: range, by: int) -> Kept:
    prefixes = {prefix_of(form, person_id, old): prefix_of(form, person_id, old + by) for old in indices}
    found: Kept = {}
    for name, values in answers.items():
        old = next((prefix for prefix in prefixes if name.startswith(prefix)), "")
        found[(prefixes[old] + name.removeprefix(old)) if old else name] = values
    return found
