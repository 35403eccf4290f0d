"""Answers that come with an address, `?first_name=…`, for questions that say `prefill: true`.

They are kept in the draft beside its answers, and stand on their page when it is shown. They count as answers only once
that page was posted: nothing is sent that nobody has seen, but for what a hidden question carries.
"""

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict

from gateway.definitions.fields import HiddenField, Question
from gateway.definitions.schema import Form
from gateway.forms.journey import Answers, Step, input_names, prefix_of
from gateway.forms.lines import LONGEST_HIDDEN
from gateway.forms.typed import displayable, is_blank, is_readable, tidy

_MARK = "given "
_LONGEST = 5000  # what is too long for its question, but not for this, is corrected on the page


def given(form: Form, asked: MultiDict[str, str]) -> dict[str, str]:
    """Find the answers in the parameters of an address, by input name; parameters of no such question are nothing."""
    found = ((name, _worth_keeping(question, asked[name])) for name, question in _prefillable(form) if name in asked)
    return {name: text for name, text in found if text}


def marked(answers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Write them as a draft keeps them, under names that are no input's."""
    return {_MARK + name: (text,) for name, text in answers.items()}


def on_page(form: Form, step: Step, answers: Answers) -> dict[str, str]:
    """Give what came with the address for a page, where the question has not been posted since."""
    waiting = {name: answers.get(_MARK + name, ()) for name in input_names(form, step) if name not in answers}
    return {name: texts[0] for name, texts in waiting.items() if texts}


def input_of(name: str) -> str:
    """Name the input that something in a draft belongs to."""
    return name.removeprefix(_MARK)


def _prefillable(form: Form) -> Iterator[tuple[str, Question]]:
    for page in form.pages:
        person = form.person(form.whose(page))
        for field in page.fields:
            if isinstance(field, Question) and field.prefill is True:
                for index in range(person.max):
                    yield prefix_of(form, person.id, index) + field.name, field


def _worth_keeping(question: Question, text: str) -> str:
    """Give the text, or "" where it is of no use: what is wrong and seen can be corrected, what is hidden cannot."""
    seen = displayable(text)
    if is_blank(seen) or len(seen) > _LONGEST:
        return ""
    if isinstance(question, HiddenField):
        plain = tidy(text)
        return plain if len(plain) <= LONGEST_HIDDEN and is_readable(plain) else ""
    return seen
