"""One answer of a referral typed anew in one line, long after its page has gone: judged by the rules of its form.

What is made of it is what the page would have made: the value that goes out, beside the words that a person reads.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from gateway.definitions.schema import Form, Page
from gateway.forms.build import Choices, PageForm, page_form
from gateway.forms.choices import AgreementField, CheckboxesField, ChoosingField, ConsentField
from gateway.forms.collect import answers_of
from gateway.forms.fields import QuestionField
from gateway.forms.files import FileField
from gateway.forms.journey import prefix_of
from gateway.forms.lines import DateField, HiddenField
from gateway.languages import ENGLISH, catalogue
from gateway.referral import Answer, Referral

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BETWEEN = re.compile(r"[\s./-]+")


class Refused(Exception):
    """It cannot be corrected like this. The text says what to do, and repeats nothing of an answer."""


def place_of(form: Form, referral: Referral, name: str, person: str | None, number: int | None) -> int:
    """Find whose answer is meant, as a position among the people of a referral. Raises Refused.

    `number` counts several people of one kind from 1.
    """
    asked = {form.whose(page) for page in form.pages if _asks(page, name)}
    if not asked:
        names = sorted({field.name for page in form.pages for field in page.fields if field.name})
        raise Refused(f"The form asks no {name}. It asks: {', '.join(names)}.")
    found = [
        position
        for position, each in enumerate(referral.people)
        if each.id in asked and (person is None or each.id == person)
    ]
    if not found:
        people = sorted({each.id for each in referral.people if each.id in asked})
        raise Refused(f"{name} is asked of {' and '.join(people) or 'nobody in this referral'}: name one by --person.")
    if number is not None and 1 <= number <= len(found):
        return found[number - 1]
    if len(found) > 1 or number is not None:
        several = ", ".join(f"--person {each}" for each in sorted({referral.people[place].id for place in found}))
        raise Refused(
            f"{name} is asked of {len(found)} people: say {several}, and which of several by --number 1 or more."
        )
    return found[0]


def corrected(
    form: Form, referral: Referral, place: int, name: str, typed: str, *, choices: Choices, today: date
) -> Referral:
    """Give the referral with one answer replaced; "" takes the answer away. Raises Refused."""
    person = referral.people[place]
    page = next(page for page in form.pages if form.whose(page) == person.id and _asks(page, name))
    judge = _Judge(form, page, name, choices, today)
    # Errors are for staff and in English; words are for whoever reads the referral, as on the page.
    refused = judge.answered(typed, referral.language, ENGLISH).errors
    if refused:
        raise Refused(refused[0])
    fresh = tuple(answers_of(judge.answered(typed, referral.language, referral.language), form.person(person.id)))
    people = list(referral.people)
    people[place] = replace(person, answers=replaced(person.answers, name, fresh))
    return replace(referral, people=tuple(people))


def is_typed(field: QuestionField) -> bool:
    """Tell whether somebody typed or chose it, so that it can be typed or chosen anew."""
    fixed = isinstance(field, HiddenField) and field.fixed is not None
    return not fixed and not isinstance(field, FileField | ConsentField | AgreementField)


class _Judge:
    """The question on its page, to be answered outside of it."""

    def __init__(self, form: Form, page: Page, name: str, choices: Choices, today: date) -> None:
        self._form, self._page, self._name, self._choices, self._today = form, page, name, choices, today

    def answered(self, typed: str, language: str, words_in: str) -> QuestionField:
        """Give the question with an answer that was judged; raise Refused where no answer can be typed here."""
        empty = self.empty(language, words_in)
        if not is_typed(empty):
            raise Refused(f"{self._name} is no answer that can be corrected: nobody typed or chose it.")
        page, field = self._question(_inputs(empty, typed) if typed else {}, language, words_in)
        field.visible = True  # what it depends on was decided when it was sent
        field.validate(page)
        return field

    def empty(self, language: str, words_in: str) -> QuestionField:
        """Give the question without an answer."""
        return self._question({}, language, words_in)[1]

    def _question(
        self, posted: Mapping[str, Sequence[str]], language: str, words_in: str
    ) -> tuple[PageForm, QuestionField]:
        made = page_form(self._form, self._page)(
            MultiDict((name, value) for name, values in posted.items() for value in values),
            prefix=prefix_of(self._form, self._page.person, 0),
            meta={"csrf": False, "translations": catalogue(words_in)},
            language=language,
            choices=self._choices,
            today=self._today,
        )
        questions = (each for each in made.placed if isinstance(each, QuestionField))
        return made, next(each for each in questions if each.definition.name == self._name)


def _inputs(field: QuestionField, typed: str) -> dict[str, list[str]]:
    """Put what was typed in one line into the inputs that the page has."""
    match field:
        case DateField():
            parts = _parts_of_date(typed)
            return {field.name + suffix: [part] for suffix, part in zip(field.suffixes, parts, strict=False)}
        case CheckboxesField():
            return _choices(field, [line for line in typed.splitlines() if line.strip()])
        case ChoosingField():
            return _choices(field, [typed])
    return {field.name: [typed]}


def _parts_of_date(typed: str) -> Sequence[str]:
    if written := _ISO.fullmatch(typed.strip()):
        year, month, day = written.groups()
        return day, month, year
    return _BETWEEN.split(typed.strip(), maxsplit=2)


def _choices(field: ChoosingField, lines: Sequence[str]) -> dict[str, list[str]]:
    """Take what was chosen, and behind a colon the words that a choice asks for."""
    inputs: dict[str, list[str]] = {field.name: []}
    for line in lines:
        value, words = _with_words(field, line.strip())
        inputs[field.name].append(value)
        if words:
            inputs[field.name + field.inputs[value]] = [words]
    return inputs


def _with_words(field: ChoosingField, typed: str) -> tuple[str, str]:
    for each in field.options:
        if each.value in field.asks:
            for name in (each.value, each.label):
                begins = f"{name}:"
                if typed.casefold().startswith(begins.casefold()):
                    return each.value, typed[len(begins) :]
    return _value(field, typed), ""


def _value(field: ChoosingField, typed: str) -> str:
    """Take a value, or the words of one."""
    wanted = typed.strip()
    if any(each.value == wanted for each in field.options):
        return wanted
    return next((each.value for each in field.options if each.label.casefold() == wanted.casefold()), wanted)


def replaced(answers: Sequence[Answer], name: str, fresh: Sequence[Answer]) -> tuple[Answer, ...]:
    """Put fresh answers to a question in the place of the old ones."""
    places = [place for place, answer in enumerate(answers) if answer.name == name]
    first = places[0] if places else len(answers)
    before = [answer for answer in answers[:first] if answer.name != name]
    after = [answer for answer in answers[first:] if answer.name != name]
    return (*before, *fresh, *after)


def _asks(page: Page, name: str) -> bool:
    return any(field.name == name and field.type not in ("note", "exit") for field in page.fields)
