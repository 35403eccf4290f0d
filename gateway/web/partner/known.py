"""What an agency need not type again: what it says of itself, and, for another referral, what it chose the last time.

A question has to say so: `prefill: agency` or `prefill: again`. Nothing else of one referral ever comes into another.
"""

from collections.abc import Iterable, Iterator, Mapping

from gateway.definitions.checks import placed
from gateway.definitions.fields import HiddenField, Question, TextField
from gateway.definitions.schema import Form
from gateway.forms.journey import prefix_of
from gateway.referral import Person, Referral

AGENCY, AGAIN = "agency", "again"


def of_agency(form: Form, details: Mapping[str, str]) -> dict[str, str]:
    """Give what an agency's details answer of a form, by input name."""
    asked = ((prefix_of(form, person, 0) + field.name, field) for person, field in _asked(form, AGENCY))
    return {name: details[field.name] for name, field in asked if field.name in details}


def of_referral(form: Form, referral: Referral) -> dict[str, str]:
    """Give what may stand in another referral of the same form, by input name."""
    found = {}
    for person, field in _asked(form, AGENCY, AGAIN):
        answer = _answer(referral.people, person, field.name)
        if answer is not None:
            found[prefix_of(form, person, 0) + field.name] = answer
    return found


def questions(forms: Iterable[Form]) -> tuple[Question, ...]:
    """Give every question that an agency answers of itself, each name once, as a page of its own may ask it."""
    found: dict[str, Question] = {}
    for form in forms:
        for _, field in _asked(form, AGENCY):
            found.setdefault(field.name, _by_itself(field))
    return tuple(found.values())


def _by_itself(field: Question) -> Question:
    if isinstance(field, HiddenField):
        return TextField(type="text", name=field.name, label=field.label)
    bare = {"required": False, "show_when": None, "prefill": False, "as_": None, "send": None}
    return field.model_copy(update=bare)


def _asked(form: Form, *sources: str) -> Iterator[tuple[str, Question]]:
    for each in placed(form):
        if isinstance(each.field, Question) and each.field.prefill in sources:
            yield each.person, each.field


def _answer(people: Iterable[Person], person: str, name: str) -> str | None:
    theirs = (answer for each in people if each.id == person for answer in each.answers if answer.name == name)
    return next((answer.value for answer in theirs if isinstance(answer.value, str)), None)
