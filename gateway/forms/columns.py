"""A form as the columns of a table: one for each answer about each person, found by its name or by its label.

A table holds no files, so a form that insists on one cannot be filled in by it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from gateway.definitions.fields import AgreementField, DateField, FileField, Question
from gateway.definitions.schema import Form, Page, PersonDefinition
from gateway.forms import wording
from gateway.forms.journey import prefix_of
from gateway.forms.objects import path_of, questions_of
from gateway.forms.outline import NO_ADDRESS, asked_by, suffixes_of

_LONGEST_NAME = 60
_NOT_A_LETTER = re.compile(r"[\W_]+")


class Unfit(Exception):
    """The form cannot be filled in by a table. The text says why."""


class WrongHeader(Exception):
    """The names of the columns are not those of the form. `problems` has a sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"{len(problems)} problems with the header")
        self.problems = tuple(problems)


@dataclass(frozen=True, eq=False)
class Column:
    """One answer about one person; `suffix` is that of its input, where a question has one beside its own."""

    name: str
    label: str
    person: PersonDefinition
    index: int
    field: Question
    prefix: str
    suffix: str = ""
    required: bool = False

    @cached_property
    def input(self) -> str:
        """The name of its input on a page; of a date, where those of day, month and year begin."""
        return f"{self.prefix}{self.field.name}{self.suffix}"

    @cached_property
    def path(self) -> str:
        """The path of its question."""
        return f"{path_of(self.person, self.index)}.{self.field.name}"


def columns_of(form: Form, language: str) -> tuple[Column, ...]:
    """List the columns of a form, in the order of its pages. Raises Unfit."""
    found: list[Column] = []
    for person in dict.fromkeys(form.whose(page) for page in form.pages):
        for index in range(form.person(person).max):
            found += _about(form, form.person(person), index, language)
    for name, count in Counter(column.name for column in found).items():
        if count > 1:
            raise Unfit(f"Two of its questions would stand in a column called “{name}”.")
    return tuple(found)


def files_of(form: Form, language: str) -> tuple[str, ...]:
    """Give the labels of the questions for files, which no table answers."""
    fields = (field for page in form.pages for field in page.fields)
    return tuple(field.label.within(language) for field in fields if isinstance(field, FileField))


def beside(columns: Sequence[Column], header: Sequence[str], names: Iterable[str]) -> dict[str, int]:
    """Find the places of columns of these names that are none of the form's; a name of the form counts more."""
    known = _by_words(columns)
    wanted = {_words(name): name for name in names if _words(name) not in known}
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        if _words(name) in wanted:
            found.setdefault(wanted[_words(name)], place)
    return found


def found_in(columns: Sequence[Column], header: Sequence[str], besides: Collection[int] = ()) -> list[Column]:
    """Give the column that each name of a header means, by name or label, but for places `besides` it.

    Raises WrongHeader.
    """
    known = _by_words(columns)
    found: list[Column] = []
    problems = []
    for place, name in enumerate(header):
        if place in besides:
            continue
        column = known.get(_words(name))
        if column is None:
            problems.append(_unknown(name, place, known))
        elif column in found:
            problems.append(f"There are two columns for “{column.name}”. Delete one of them.")
        else:
            found.append(column)
    if not problems:
        lacking = (column for column in columns if column.required and column not in found)
        problems = [
            f"There is no column for “{each.label}” ({each.name}), and it must be answered." for each in lacking
        ]
    if problems:
        raise WrongHeader(list(dict.fromkeys(problems)))
    return found


def names_by_path(columns: Iterable[Column]) -> dict[str, str]:
    """Give the names of columns by the paths of their questions."""
    return {column.path: column.name for column in columns if not column.suffix}


def letter_of(place: int) -> str:
    """Give the letter that a spreadsheet shows above a column, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _about(form: Form, person: PersonDefinition, index: int, language: str) -> Iterator[Column]:
    prefix = prefix_of(form, person.id, index)
    before, who = _beginning(form, person, index, language)
    always = {page.id: _is_shown(page, person, index) for page in form.pages}
    pages = {field.name: page for page in form.pages for field in page.fields if form.whose(page) == person.id}
    for name, field in questions_of(form, person.id).items():
        if not isinstance(field, Question):
            continue
        must = always[pages[name].id] and _must(field)
        if isinstance(field, FileField):
            if must:
                raise Unfit(f"It asks for files (“{field.label.within(language)}”), and a table holds none.")
            continue
        suffixes = ("",) if isinstance(field, DateField) else suffixes_of(field)
        words = _beside(field, language)
        for suffix in suffixes:
            label = f"{field.label.within(language)} – {words[suffix]}" if suffix else field.label.within(language)
            column = f"{before}{name}{suffix.replace('-', '_')}"
            yield Column(column, f"{who}{label}", person, index, field, prefix, suffix, must and not suffix)


def _beginning(form: Form, person: PersonDefinition, index: int, language: str) -> tuple[str, str]:
    """Give what stands before the names and the labels of somebody's columns."""
    if person is form.main:
        return "", ""
    label = person.label.within(language) if person.label else person.id.replace("_", " ").capitalize()
    if not person.repeats:
        return f"{person.id}_", f"{label}: "
    return f"{person.id}_{index + 1}_", f"{label} {index + 1}: "


def _is_shown(page: Page, person: PersonDefinition, index: int) -> bool:
    # A page that is shown at all asks for one person.
    return page.show_when is None and index < max(person.min, 1)


def _must(field: Question) -> bool:
    # What an agency says of itself fills itself in.
    return field.required and field.show_when is None and field.prefill != "agency"


def _beside(field: Question, language: str) -> Mapping[str, str]:
    """Give the words of the inputs that stand beside a question's own, by suffix."""
    if isinstance(field, AgreementField):
        return {"-reason": wording.REASON}
    choices = getattr(field, "choices", None) or ()
    asks = {choice.value: choice.ask.within(language) for choice in choices if choice.ask}
    return {NO_ADDRESS: wording.NO_FIXED_ADDRESS} | {suffix: asks[value] for value, suffix in asked_by(choices).items()}


def _by_words(columns: Sequence[Column]) -> dict[str, Column]:
    """Give every column by what may stand above it. A name counts more than a label; a label of two, for neither."""
    labels: dict[str, Column | None] = {}
    for column in columns:
        words = _words(column.label)
        labels[words] = None if words in labels else column
    known = {words: column for words, column in labels.items() if words and column}
    return known | {_words(column.name): column for column in columns}


def _words(name: str) -> str:
    """Reduce a name to what counts: neither case nor spaces, nor what stands between the words."""
    return _NOT_A_LETTER.sub(" ", name.casefold()).strip()


def _unknown(name: str, place: int, known: Mapping[str, Column]) -> str:
    if not name:
        return f"Column {letter_of(place)} has no name. Give it one, or delete it."
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    near = get_close_matches(_words(name[:_LONGEST_NAME]), known, n=1)
    advice = f"Do you mean “{known[near[0]].name}”?" if near else "Delete it, or take a name from the template."
    return f"The form has no column “{shown}”. {advice}"
