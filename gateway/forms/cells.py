"""The cells of one row, put into the inputs that the pages of a form have: what an answer is worth, the pages judge.

No sentence repeats a cell.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    ConsentField,
    DateField,
    NhsNumberField,
    NumberField,
    PhoneField,
    Question,
    RadiosField,
    SafeContactField,
    SelectField,
    YesNoField,
)
from gateway.definitions.schema import INTEREST, Form
from gateway.forms import wording
from gateway.forms.build import PageForm
from gateway.forms.columns import Column
from gateway.forms.fields import GIVEN
from gateway.forms.journey import kept
from gateway.forms.objects import questions_of, wrong_on
from gateway.forms.outline import NO_ADDRESS, asked_by, suffixes_of
from gateway.languages import in_every_language

# What a question offers: each value with its words.
Offers = Callable[[Question], Sequence[tuple[str, str]]]
SEPARATOR = ";"
NOT_A_DATE = "Write the date as 31/05/1990 or 1990-05-31."
TOO_NARROW = "The column was too narrow when the table was saved: widen it in your spreadsheet, then save it again."
NO_CENTURY = "Write the year with four figures, as 31/05/1990: give the column that format in your spreadsheet."
AS_NUMBER = (
    "This is the number by which a spreadsheet counts days. Give the column the format of a date, as 31/05/1990."
)
SHORTENED = "Your spreadsheet has shortened this number. Give the column the format “Text”, and write the number again."
NOT_YES_OR_NO = "Write yes or no."
NOT_OFFERED = "Write one of its choices: see the list of columns."
NOT_ASKED = "Leave this cell empty: with the other answers of the row, the form does not ask it."
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"),
    re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?: 00:00(?::00)?)?"),
    re.compile(r"(?P<day>\d{1,2})[ -](?P<month>[^\W\d_]{3,}\.?)[ -](?P<year>\d{4})"),
)
_NARROW, _DAYS = re.compile("#+"), re.compile(r"\d{4,5}(?:\.\d+)?")
_SHORT_YEAR = re.compile(r"\d{1,2}(?:[/.-]\d{1,2}[/.-]|[ -][^\W\d_]{3,}\.?[ -])\d{2}")
_POWER = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_FEW = 6  # choices that a sentence can list
_YES = {"y", "true", "1", "x", *(word.casefold() for word in in_every_language(wording.YES))}
_NO = {"n", "false", "0", *(word.casefold() for word in in_every_language(wording.NO))}
_Inputs = dict[str, list[str]]


class Said(NamedTuple):
    """What is wrong with a row: the name of the column, and a sentence that says what to do."""

    column: str
    message: str


class _Unreadable(Exception):
    """A cell cannot stand in the input of its question. The text says what can."""


def inputs_of(
    form: Form, row: Mapping[Column, str], offers: Offers, given: Mapping[str, str]
) -> tuple[_Inputs, list[Said]]:
    """Give answers by input name, as if every page of the people in a row had been posted; and what cannot be read.

    `row` has the cells that are not empty; `given` what is known without them.
    """
    inputs = _empty(form, row) | {name: [answer] for name, answer in given.items()}
    wrong = list(_gaps(form, row))
    for column, cell in row.items():
        try:
            inputs |= _posted(column, cell, offers)
        except _Unreadable as unreadable:
            wrong.append(Said(column.name, str(unreadable)))
    return inputs, wrong


def judged(
    form: Form,
    row: Mapping[Column, str],
    inputs: Mapping[str, Sequence[str]],
    pages: Sequence[PageForm],
    names: Mapping[str, str],
) -> list[Said]:
    """Say what the pages find wrong with a row, and which of its cells the form does not ask for.

    `names` has the columns by the paths of their questions.
    """
    found = [Said(names.get(wrong.field, wrong.field), wrong.message) for wrong in wrong_on(pages)]
    counting = kept(form, inputs)
    for column in row:
        first = column.input + ("-day" if isinstance(column.field, DateField) else "")
        if first not in counting or _goes_nowhere(column, inputs):
            found.append(Said(column.name, NOT_ASKED))
    return found


def _empty(form: Form, row: Mapping[Column, str]) -> _Inputs:
    """Give every input of those who stand in the row, as a page posts what nobody answered."""
    there = {(form.main.id, 0): ""} | {(column.person.id, column.index): column.prefix for column in row}
    return {
        f"{prefix}{name}{suffix}": []
        for (person, _), prefix in there.items()
        for name, field in questions_of(form, person).items()
        for suffix in suffixes_of(field)
    }


def _gaps(form: Form, row: Mapping[Column, str]) -> Iterator[Said]:
    """Complain of somebody who stands behind an empty place: the form counts people without gaps."""
    for person in form.people:
        there = {column.index for column in row if column.person is person}
        for column in row:
            if column.person is person and column.index and column.index - 1 not in there:
                yield Said(column.name, f"Fill in number {column.index} first, or move this person there.")
                break


def _posted(column: Column, cell: str, offers: Offers) -> _Inputs:
    name = column.input
    if column.suffix == NO_ADDRESS:
        return {name: [GIVEN] if _is_yes(cell) else []}
    if column.suffix:
        return {name: [cell]}
    match column.field:
        case DateField():
            return {name + suffix: [part] for suffix, part in _date(cell).items()}
        case YesNoField():
            return {name: [GIVEN if _is_yes(cell) else "N"]}
        case ConsentField():
            return {name: [GIVEN] if _is_yes(cell) else []}
        case SelectField() | RadiosField() | AgreementField():
            return {name: [_chosen(cell, offers(column.field))]}
        case CheckboxesField() | SafeContactField():
            return {name: _several(cell, offers(column.field))}
    if isinstance(column.field, PhoneField | NhsNumberField | NumberField):
        _refuse_shortened(cell)
    return {name: [cell]}


def _refuse_shortened(cell: str) -> None:
    if _NARROW.fullmatch(cell):
        raise _Unreadable(TOO_NARROW)
    if _POWER.fullmatch(cell):
        raise _Unreadable(SHORTENED)


def _is_yes(cell: str) -> bool:
    word = cell.casefold()
    if word not in _YES and word not in _NO:
        raise _Unreadable(NOT_YES_OR_NO)
    return word in _YES


def _date(cell: str) -> Mapping[str, str]:
    for shape in _DATES:
        if found := shape.fullmatch(cell):
            return {f"-{part}": text for part, text in found.groupdict().items()}
    odd = ((_NARROW, TOO_NARROW), (_SHORT_YEAR, NO_CENTURY), (_DAYS, AS_NUMBER))
    raise _Unreadable(next((words for shape, words in odd if shape.fullmatch(cell)), NOT_A_DATE))


def _chosen(cell: str, offered: Sequence[tuple[str, str]]) -> str:
    """Find the choice that a cell means, by its value or its words. A value counts more."""
    if any(cell == value for value, _ in offered):
        return cell
    meant = {value for value, words in offered if cell.casefold() in (words.casefold(), value.casefold())}
    if len(meant) == 1:
        return meant.pop()
    near = get_close_matches(cell.casefold(), {words.casefold(): words for _, words in offered}, n=1, cutoff=0.75)
    words = next((words for _, words in offered if near and words.casefold() == near[0]), "")
    if words:
        raise _Unreadable(f"Write one of its choices. Do you mean “{words}”?")
    few = SEPARATOR.join(f" “{words}”" for _, words in offered) if len(offered) <= _FEW else ""
    raise _Unreadable(f"Write one of its choices:{few}." if few else NOT_OFFERED)


def _several(cell: str, offered: Sequence[tuple[str, str]]) -> list[str]:
    try:
        return [_chosen(cell, offered)]
    except _Unreadable:
        parts = [part.strip() for part in re.split(rf"[{SEPARATOR}\n]", cell)]
        if len(parts) == 1:
            raise
    return [_chosen(part, offered) for part in parts if part]


def _goes_nowhere(column: Column, inputs: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether words stand beside a choice that was not made."""
    answers = inputs.get(column.prefix + column.field.name, ())
    if isinstance(column.field, AgreementField) and column.suffix:
        return INTEREST not in answers
    asked = {suffix: value for value, suffix in asked_by(getattr(column.field, "choices", None) or ()).items()}
    return column.suffix in asked and asked[column.suffix] not in answers
