"""A referral's answers in the questions that asked for them: filled in as they were given, to be corrected there.

Only what somebody changed is judged, by the rules of the form that it came by. The rest is kept to the letter, also
where the form would not take it any more.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from gateway.definitions.schema import Form
from gateway.forms.build import Choices, PageForm, page_form
from gateway.forms.choices import ChoosingField
from gateway.forms.collect import answers_of
from gateway.forms.correcting import is_typed, replaced
from gateway.forms.fields import GIVEN, QuestionField
from gateway.forms.journey import kept, prefix_of
from gateway.forms.lines import DateField, PostcodeField
from gateway.forms.outline import NO_ADDRESS
from gateway.forms.typed import tidy
from gateway.languages import ENGLISH, catalogue
from gateway.referral import Answer, Referral

TAKEN = "-taken"  # behind the name of a question: the box that takes its answer away
BOTH = "Choose an answer, or take it away: not both."
Inputs = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One question about one person of a referral; `place` is that person's among all."""

    place: int
    person: str
    page: str
    field: QuestionField
    form: PageForm
    taken: bool = False

    @property
    def name(self) -> str:
        """Whose answer it is and which, as the audit trail names it."""
        return f"{self.person}.{self.field.definition.name}"

    @property
    def offers_taking(self) -> bool:
        """Whether there is an answer that no key takes away: a round button once pressed stays so."""
        may = not self.field.required or self.field.definition.show_when
        return bool(may and self.field.kind in ("radios", "yes_no") and self.field.shown)


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """An answer given anew, or with no answers taken away."""

    place: int
    person: str
    question: str
    answers: tuple[Answer, ...]


class Refilled:
    """The questions of a referral that can be answered anew."""

    def __init__(self, form: Form, referral: Referral, *, choices: Choices, today: date) -> None:
        """Take a referral with the form that it came by."""
        self._form, self._referral, self._choices, self._today = form, referral, choices, today
        self._before = self._inputs()

    def asked(self, posted: Inputs | None = None) -> list[Asked]:
        """List the questions in English, where the form knows it, as they were answered or as they are posted."""
        inputs = self._before if posted is None else posted
        return [replace(each, taken=self._is_taken(each, inputs)) for each in self._questions(inputs, ENGLISH, ENGLISH)]

    def differs(self, asked: Asked, posted: Inputs) -> bool:
        """Tell whether what is posted is another answer than stands there."""
        names = [asked.field.name + suffix for suffix in asked.field.suffixes]
        return any(_plain(posted.get(name, ())) != _plain(self._before.get(name, ())) for name in names)

    def judged(self, posted: Inputs) -> tuple[list[Asked], list[Change]]:
        """Judge what was changed; give all questions, errors with them, and every change that is in order."""
        asked, changes = self.asked(posted), []
        language = self._referral.language
        counts = kept(self._form, {**self._agreed(), **posted})
        for each, words in zip(asked, self._questions(posted, language, language), strict=True):
            if not self.differs(each, posted):
                if each.taken:
                    changes.append(Change(each.place, each.person, each.field.definition.name, ()))
                continue
            empty = not any(_plain(values) for values in each.field.posted.values())
            # What the form does not ask any more, as it is answered now, may be taken away though it had to be given.
            let_go = empty and each.field.name not in counts
            if each.taken:
                each.field.errors = [BOTH]
            elif let_go or each.field.validate(each.form):
                words.field.validate(words.form)
                fresh = () if let_go else tuple(answers_of(words.field, self._form.person(each.person)))
                changes.append(Change(each.place, each.person, each.field.definition.name, fresh))
        return asked, changes

    def _is_taken(self, asked: Asked, inputs: Inputs) -> bool:
        return asked.field.name + TAKEN in inputs and asked.offers_taking

    def _questions(self, inputs: Inputs, language: str, words_in: str) -> Iterator[Asked]:
        posted = MultiDict((name, value) for name, values in inputs.items() for value in values)
        for place, prefix in enumerate(self._prefixes()):
            person = self._referral.people[place].id
            for page in self._form.pages:
                if self._form.whose(page) != person:
                    continue
                made = page_form(self._form, page)(
                    posted,
                    prefix=prefix,
                    meta={"csrf": False, "translations": catalogue(words_in)},
                    language=language,
                    choices=self._choices,
                    today=self._today,
                )
                for field in made.placed:
                    if isinstance(field, QuestionField) and is_typed(field):
                        # What it depends on was decided when it was sent; and no browser knows the answer.
                        field.visible, field.looks_at, field.autocomplete = True, (), ""
                        yield Asked(place, person, page.id, field, made)

    def _prefixes(self) -> Iterator[str]:
        kinds = [person.id for person in self._referral.people]
        for place, kind in enumerate(kinds):
            yield prefix_of(self._form, kind, kinds[:place].count(kind))

    def _agreed(self) -> dict[str, list[str]]:
        return {each.name: [each.value] for each in self._referral.consents}

    def _inputs(self) -> Inputs:
        """Put every answer into the inputs that the page had, in the words that were typed."""
        found: dict[str, list[str]] = {}
        for each in self._questions({}, self._referral.language, self._referral.language):
            name = each.field.definition.name
            given = [answer for answer in self._referral.people[each.place].answers if answer.name == name]
            if given:
                found |= {each.field.name + suffix: values for suffix, values in _typed(each.field, given).items()}
        return found


def applied(referral: Referral, changes: Sequence[Change]) -> Referral:
    """Give the referral with these changes made."""
    people = list(referral.people)
    for each in changes:
        person = people[each.place]
        people[each.place] = replace(person, answers=replaced(person.answers, each.question, each.answers))
    return replace(referral, people=tuple(people))


def _typed(field: QuestionField, given: Sequence[Answer]) -> dict[str, list[str]]:
    """Say what must have been typed or chosen for these answers, by the suffix of its input."""
    value, shown = given[0].value, given[-1].shown
    match field:
        case DateField():
            year, month, day = str(value).split("-")
            return dict(zip(field.suffixes, ([day.lstrip("0")], [month.lstrip("0")], [year]), strict=True))
        case ChoosingField():
            return _chosen(field, (value,) if isinstance(value, str) else value, shown)
        case PostcodeField(box=box) if box and shown.startswith(box.label):
            return {NO_ADDRESS: [GIVEN], "": [shown.removeprefix(box.label).strip(" ()")]}
    return {"": [shown]}


def _chosen(field: ChoosingField, values: Sequence[str], shown: str) -> dict[str, list[str]]:
    """Tell what was chosen, of what can be; and what was written beside it, which stands in the words alone."""
    labels = {each.value: each.label for each in field.options}
    chosen = [value for value in labels if value in values]
    pattern = ", ".join(re.escape(labels[value]) + (": (.+?)" if value in field.asks else "") for value in chosen)
    beside = re.fullmatch(pattern, shown, re.DOTALL)
    asking = [field.inputs[value] for value in chosen if value in field.asks]
    words = dict(zip(asking, beside.groups(), strict=True)) if beside else {}
    return {"": chosen, **{suffix: [text] for suffix, text in words.items()}}


def _plain(values: Sequence[str]) -> list[str]:
    return sorted(filter(None, map(tidy, values)))
